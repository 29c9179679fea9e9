import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CompareAnswer } from '../../query/index.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minuteMs = 60_000
const zeroMs = Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** Before: all versions alike; after the 200th: version 2 fails, in one zone. */
function recordOf(i: number) {
  const isBad = i >= 200 && i % 4 === 0
  const level = isBad ? 'error' : 'info'
  return {
    timeUnixNano: String(BigInt(zeroMs + i * 3_000) * 1_000_000n),
    severityText: level,
    body: { stringValue: isBad ? `payment ${i} failed` : `order ${i} accepted by the shop` },
    attributes: attributes({
      version: isBad ? '2' : '1',
      zone: i % 2 === 0 ? 'a' : 'b',
      // as a line of JSON has them itself
      host: 'h1',
      service: 'shop',
      level,
      requestId: `id-${i}`,
      // nobody's in particular: of each of 130 there are three lines or four
      user: `user-${(i * 89 + (i % 7) * 31) % 130}`,
    }),
  }
}

describe.skipIf(reason !== undefined)(
  `comparing${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      const logRecords = Array.from({ length: 400 }, (_, i) => recordOf(i))
      const resource = { attributes: attributes({ 'service.name': 'shop', 'host.name': 'h1' }) }
      await scene.insert('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
    }, 30_000)
    afterAll(() => scene?.close())

    const compare = async (parameters: Record<string, string>) => {
      const range = { start: String(zeroMs + 600_000), end: String(zeroMs + 1_200_000) }
      const { status, body } = await scene.get('/api/logs/compare', { ...range, ...parameters })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      return body as unknown as CompareAnswer
    }

    it('finds what changed from the time before', async () => {
      const { fields, patterns, selection, baseline, measure } = await compare({})
      expect([selection.lines, baseline.lines, selection.sampled]).toEqual([200, 200, 200])
      expect(BigInt(baseline.end)).toBe(BigInt(selection.start))
      expect(measure).toContain('difference of the shares')
      expect(fields.slice(0, 2).map(({ field, score }) => [field, score])).toEqual([
        ['level', 0.25],
        ['version', 0.25],
      ])
      expect(fields.find(({ field }) => field === 'version')?.values).toEqual([
        {
          value: '1',
          selection: { count: 150, share: 0.75 },
          baseline: { count: 200, share: 1 },
          difference: -0.25,
        },
        {
          value: '2',
          selection: { count: 50, share: 0.25 },
          baseline: { count: 0, share: 0 },
          difference: 0.25,
        },
      ])
      expect(fields.find(({ field }) => field === 'zone')?.score).toBe(0)
      expect(fields.some(({ field }) => field === 'requestId' || field === 'user')).toBe(false)
      expect(patterns.map(({ template, difference }) => [template, difference])).toEqual([
        ['order <num> accepted by the shop', -0.25],
        ['payment <num> failed', 0.25],
      ])
    })

    it('tells lines from others of the same time', async () => {
      const { fields } = await compare({ query: '{level="error"}', baselineQuery: '{level="info"}' })
      const scores = Object.fromEntries(fields.map(({ field, score }) => [field, score]))
      expect(scores['version']).toBe(1)
      expect(scores['zone']).toBeCloseTo(2 / 3, 3)
      expect(scores['service']).toBe(0)
      expect(scores['level']).toBe(1)
      const [host] = fields.find(({ field }) => field === 'host')?.values ?? []
      expect([host?.value, host?.selection, host?.baseline]).toEqual([
        'h1',
        { count: 50, share: 1 },
        { count: 150, share: 1 },
      ])
    })

    it('answers where one side or both have nothing', async () => {
      expect((await compare({ query: '{service="nobody"}' })).fields).toEqual([])
      const { baseline, fields } = await compare({ baselineStart: '1', baselineEnd: '2' })
      expect(baseline.lines).toBe(0)
      expect(fields[0]?.score).toBe(1)
    })
  },
)
