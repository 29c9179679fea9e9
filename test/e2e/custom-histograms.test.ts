import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpConfig } from '../../agent/sources/http/config.ts'
import { startHttpSource } from '../../agent/sources/http/source.ts'
import { readSpool } from '../../agent/testing/read-spool.ts'
import { withSpool } from '../../agent/testing/spool.ts'
import { Metrics, systemClock } from '../../lib/base/index.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { writeRequest } from './prometheus-peer/write-request.ts'
import { readHistograms, readRequest } from './remote-read-client.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const zeroMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
const none = { offset: 0, counts: [] }

/** Ten samples, one a minute: of each minute one more below 0.5, two more up to 2 and one above. */
const series = ['a', 'b'].map(instance => ({
  labels: { __name__: 'took_seconds', instance },
  histograms: Array.from({ length: 10 }, (_, i) => ({
    timeMs: zeroMs + i * 60_000,
    schema: -53,
    sum: 4 * i,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: { offset: 0, counts: [i, 2 * i, i] },
    negative: none,
    bounds: [0.5, 2],
  })),
}))

const standard = {
  labels: { __name__: 'standard_seconds' },
  histograms: [
    {
      ...{ timeMs: zeroMs, schema: 2, sum: -2.5, zeroCount: 3, zeroThreshold: 0.001 },
      ...{ positive: { offset: -4, counts: [4, 0, 3] }, negative: { offset: 1, counts: [2, 5] } },
    },
  ],
}

describe.skipIf(reason !== undefined)(
  `native histograms with bounds of their own${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (const request of await written()) await scene.insert('metrics', request)
    }, 60_000)
    afterAll(() => scene?.close())

    const ask = async (query: string, atMs = zeroMs + 540_000) => {
      const time = String(atMs / 1000)
      const { status, body } = await scene.get('/prometheus/api/v1/query', { query, time })
      expect(status).toBe(200)
      return (body['data'] as { result: { metric: object; value?: [number, string]; histogram?: object }[] })
        .result
    }
    const number = async (query: string) => Number((await ask(query))[0]?.value?.[1])

    it('come whole through remote write', async () => {
      const [found, ...others] = await ask('took_seconds{instance="a"}')
      expect(others).toEqual([])
      expect(found?.metric).toMatchObject({ __name__: 'took_seconds', instance: 'a' })
      expect(found?.histogram).toEqual([
        (zeroMs + 540_000) / 1000,
        {
          count: '36',
          sum: '36',
          buckets: [
            [3, '-Inf', '0.5', '9'],
            [0, '0.5', '2', '18'],
            [0, '2', '+Inf', '9'],
          ],
        },
      ])
      expect(await ask('{__name__=~"took_seconds_.*"}')).toEqual([])
    })

    it('come whole out of remote read, beside those of the standard', async () => {
      const read = async (labels: Record<string, string>) => {
        const body = readRequest(labels, zeroMs, zeroMs + 60_000)
        const answer = await scene.request('/prometheus/api/v1/read', { method: 'POST', body })
        return readHistograms(await answer.arrayBuffer())
      }
      const none = [[], []]
      expect(await read({ __name__: 'took_seconds', instance: 'a' })).toEqual(
        [0, 1].map(i => ({
          ...{
            timeMs: zeroMs + i * 60_000,
            count: 4 * i,
            sum: 4 * i,
            schema: -53,
            zero: [0, 0],
            negative: none,
          },
          ...{ positive: i === 0 ? expect.anything() : [[[0, 3]], [1, 1, -1]], bounds: [0.5, 2] },
        })),
      )
      expect(await read({ __name__: 'standard_seconds' })).toEqual([
        {
          ...{ timeMs: zeroMs, count: 17, sum: -2.5, schema: 2, zero: [3, 0.001], bounds: [] },
          ...{ negative: [[[1, 2]], [2, 3]], positive: [[[-4, 3]], [4, -4, 3]] },
        },
      ])
    })

    it('are computed with', async () => {
      expect(await number('histogram_quantile(0.5, sum(rate(took_seconds[5m])))')).toBeCloseTo(1.25, 9)
      expect(await number('histogram_fraction(0, 0.5, took_seconds{instance="b"})')).toBeCloseTo(0.25, 9)
      expect(await number('sum(histogram_count(increase(took_seconds[4m])))')).toBeCloseTo(32, 9)
    })
  },
)

/** What the agent's source makes of it, as it goes into the topic. */
async function written(): Promise<Buffer[]> {
  let requests: Buffer[] = []
  await withSpool(async spooled => {
    const config = httpConfig.parse({ type: 'http', listen: '127.0.0.1:0' })
    const options = { configKey: 'k', clock: systemClock, metrics: new Metrics(), hostName: 'h' }
    const source = await startHttpSource({ ...spooled, ...options, config })
    const response = await fetch(`http://${source.addresses['http']}/api/v1/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      body: new Uint8Array(writeRequest([...series, standard])),
    })
    expect(response.status).toBe(204)
    requests = (await readSpool(spooled.spool.lane('metrics').log)).map(({ value }) => Buffer.from(value))
    await source.close()
  })
  return requests
}
