import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minute = 60_000
const zeroMs = Math.floor(Date.now() / minute) * minute - 20 * minute
const nanos = (ms: number) => String(BigInt(zeroMs + ms) * 1_000_000n)
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

interface Line {
  ms: number
  body: string
  service?: string
  msg?: string
}

describe.skipIf(reason !== undefined)(
  `patterns of lines${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      const lines: Line[] = [
        { ms: 1_000, body: 'user 17 logged in from 10.0.0.7' },
        { ms: 59_000, body: 'user 4711 logged in from 10.1.2.3:80' },
        { ms: minute, body: 'user 8 logged in from 10.0.0.8' },
        { ms: 2 * minute, body: 'disk full', service: 'api' },
        { ms: 2 * minute, body: '{"msg":"took 15ms","a":1}', msg: 'took 15ms' },
        { ms: 2 * minute, body: 'took 3ms' },
        { ms: 3 * minute, body: 'worker red has gone away' },
        { ms: 3 * minute + 1, body: 'worker blue has gone away' },
      ]
      await scene.insert('logs', {
        resourceLogs: lines.map(({ ms, body, service = 'web', msg }) => ({
          resource: { attributes: attributes({ 'service.name': service }) },
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: nanos(ms),
                  body: { stringValue: body },
                  attributes: attributes(msg === undefined ? { k: 'v' } : { k: 'v', msg }),
                },
              ],
            },
          ],
        })),
      })
    }, 30_000)
    afterAll(() => scene?.close())

    const ask = async (query: string, fromMs: number, toMs: number, more: Record<string, string> = {}) => {
      const range = { start: String(zeroMs + fromMs), end: String(zeroMs + toMs) }
      const { status, body } = await scene.get('/api/logs/patterns', { query, ...range, step: '1m', ...more })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      const patterns = body['patterns'] as {
        template: string
        count: number
        samples: { start: string; count: number }[]
      }[]
      return { patterns, rollup: (body['cost'] as { rollup: string | null }).rollup }
    }

    it('count the lines of each template over time, from the rollup', async () => {
      const { patterns, rollup } = await ask('{service="web"}', 0, 10 * minute)
      expect(rollup).toBe('pattern_rollup_1m')
      expect(patterns).toEqual([
        {
          template: 'user <num> logged in from <ip>',
          count: 3,
          samples: [
            { start: nanos(0), count: 2 },
            { start: nanos(minute), count: 1 },
          ],
        },
        { template: 'took <duration>', count: 2, samples: [{ start: nanos(2 * minute), count: 2 }] },
        { template: 'worker <*> has gone away', count: 2, samples: [{ start: nanos(3 * minute), count: 2 }] },
      ])
    })

    it('are the same from the rollup and from the lines, ragged ends too', async () => {
      for (const [from, to] of [
        [0, 10 * minute],
        [30_000, 2 * minute + 1],
        [500, 1500],
        [59_000, 61_000],
      ] as const) {
        const rolled = await ask('{}', from, to)
        const counted = await ask('{host=""}', from, to)
        expect(counted.rollup).toBeNull()
        expect(counted.patterns).toEqual(rolled.patterns)
      }
      const { patterns } = await ask('{} |= "logged in"', 0, 10 * minute)
      expect(patterns.map(p => [p.template, p.count])).toEqual([['user <num> logged in from <ip>', 3]])
    })

    it('come as many as were asked for', async () => {
      expect((await ask('{}', 0, 10 * minute, { limit: '1' })).patterns).toHaveLength(1)
      expect((await ask('{service="nosuch"}', 0, 10 * minute)).patterns).toEqual([])
    })
  },
)
