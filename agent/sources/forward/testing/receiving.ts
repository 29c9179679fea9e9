import { connect, type Socket } from 'node:net'
import { Encoder, ExtData } from '@msgpack/msgpack'
import { Metrics, systemClock } from '../../../../lib/base/index.ts'
import { type Item, itemsOf, readSpool } from '../../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../../testing/spool.ts'
import { forwardConfig } from '../config.ts'
import { startForwardSource } from '../source.ts'

export interface Receiver extends TestSpool {
  port: number
  items(): Promise<Item[]>
  /** Sends bytes and answers with what comes back until the connection or `ms` ends. */
  send(bytes: Uint8Array, replyBytes?: number): Promise<Buffer>
}

/** A source of its own over a spool of its own. */
export function receiving(
  run: (receiver: Receiver) => Promise<void>,
  maxRequestBytes = 1_000_000,
  extra: object = {},
): Promise<void> {
  return withSpool(async spooled => {
    const config = forwardConfig.parse({ type: 'forward', listen: '127.0.0.1:0', maxRequestBytes, ...extra })
    const options = {
      config,
      hostName: 'agent-host',
      configKey: 'agent.sources[0]',
      clock: systemClock,
      metrics: new Metrics(),
      ...spooled,
    }
    const source = await startForwardSource(options)
    const port = Number(source.addresses['forward']?.split(':')[1])
    const items = async (): Promise<Item[]> =>
      (await readSpool(spooled.spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value))
    try {
      await run({
        ...spooled,
        port,
        items,
        send: (bytes, replyBytes = 0) => exchange(port, bytes, replyBytes),
      })
    } finally {
      await source.close()
    }
  })
}

function exchange(port: number, bytes: Uint8Array, replyBytes: number): Promise<Buffer> {
  const socket: Socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('data', chunk => {
      chunks.push(chunk)
      if (replyBytes > 0 && Buffer.concat(chunks).length >= replyBytes) socket.destroy()
    })
    socket.on('close', () => resolve(Buffer.concat(chunks)))
    socket.write(bytes)
    if (replyBytes === 0) socket.end()
  })
}

const encoder = new Encoder({ useBigInt64: true })
export const pack = (value: unknown): Buffer => Buffer.from(encoder.encode(value))

export function eventTime(seconds: number, nanos: number): ExtData {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(seconds, 0)
  bytes.writeUInt32BE(nanos, 4)
  return new ExtData(0, bytes)
}
