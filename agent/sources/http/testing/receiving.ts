import { Metrics, systemClock } from '../../../../lib/base/index.ts'
import { type Item, itemsOf, readSpool } from '../../../testing/read-spool.ts'
import { withSpool } from '../../../testing/spool.ts'
import { httpConfig } from '../config.ts'
import { startHttpSource } from '../source.ts'

export interface Receiver {
  url: string
  addresses: Readonly<Record<string, string>>
  items(): Promise<Item[]>
  metrics(): Promise<Item[]>
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response>
}

/** An http source over a spool of its own, and what it took. */
export function receiving(run: (receiver: Receiver) => Promise<void>, extra: object = {}): Promise<void> {
  return withSpool(async spooled => {
    const input = { type: 'http', listen: '127.0.0.1:0', maxRequestBytes: 1_000_000, ...extra }
    const options = {
      configKey: 'agent.sources[0]',
      clock: systemClock,
      metrics: new Metrics(),
      hostName: 'box',
    }
    const source = await startHttpSource({ ...options, ...spooled, config: httpConfig.parse(input) })
    const url = `http://${source.addresses['http']}`
    try {
      await run({
        url,
        addresses: source.addresses,
        metrics: async () =>
          (await readSpool(spooled.spool.lane('metrics').log)).flatMap(({ value }) =>
            itemsOf('metrics', value),
          ),
        items: async () =>
          (await readSpool(spooled.spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value)),
        post: (path, body, headers = {}) =>
          fetch(url + path, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers }),
      })
    } finally {
      await source.close()
    }
  })
}

export const json = { 'content-type': 'application/json' }
export const timeOf = (item: Item | undefined): unknown => item?.json['timeUnixNano']
