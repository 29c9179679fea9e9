import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const hourMs = 3_600_000
const zeroMs = Math.floor(Date.now() / hourMs) * hourMs - 4 * hourMs
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** In the first minute, the first hour, the hours between, and the last minute: by lines, by minutes and by hours. */
const timesMs = [
  30_500,
  90_000,
  40 * 60_000,
  hourMs,
  2 * hourMs + 1,
  3 * hourMs + 59_000,
  3 * hourMs + 90_500,
]
const levelOf = (i: number) => (i % 3 === 0 ? 'error' : 'info')

describe.skipIf(reason !== undefined)(
  `facets${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      await scene.insert('logs', {
        resourceLogs: timesMs.map((ms, i) => ({
          resource: {
            attributes: attributes({ 'service.name': i === 1 ? 'api' : 'web', 'host.name': 'h1' }),
          },
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: String(BigInt(zeroMs + ms) * 1_000_000n),
                  severityText: levelOf(i),
                  body: { stringValue: `line of ${levelOf(i)}` },
                  // the agent leaves what a line says of itself as it is
                  attributes: attributes({ colour: i < 2 ? 'red' : 'blue', service: 'own', level: 'own' }),
                },
              ],
            },
          ],
        })),
      })
    }, 30_000)
    afterAll(() => scene?.close())

    const ask = async (query: string, fromMs: number, toMs: number, fields = '') => {
      const range = { start: String(zeroMs + fromMs), end: String(zeroMs + toMs) }
      const { status, body } = await scene.get('/api/logs/facets', { query, ...range, fields })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      const found = body['facets'] as { field: string; values: { value: string; count: number }[] }[]
      return Object.fromEntries(
        found.map(({ field, values }) => [field, values.map(({ value, count }) => `${value} ${count}`)]),
      )
    }

    it('count every line of the range once, whichever table has it', async () => {
      expect(await ask('', 30_500, 3 * hourMs + 90_501)).toEqual({
        service: ['web 6', 'api 1'],
        host: ['h1 7'],
        level: ['info 4', 'error 3'],
        colour: ['blue 5', 'red 2'],
      })
      expect(await ask('', 30_501, 3 * hourMs + 90_500, 'level,service')).toEqual({
        level: ['info 4', 'error 1'],
        service: ['web 4', 'api 1'],
      })
    })

    it('are of the lines that match alone', async () => {
      expect(await ask('{level="error"}', 0, 4 * hourMs, 'service,level')).toEqual({
        service: ['web 3'],
        level: ['error 3'],
      })
      expect(await ask('{} |= "of error"', 0, 4 * hourMs, 'level,colour')).toEqual({
        level: ['error 3'],
        colour: ['blue 2', 'red 1'],
      })
    })

    const full = async (parameters: Record<string, string>) => {
      const range = { start: String(zeroMs), end: String(zeroMs + 4 * hourMs) }
      const { status, body } = await scene.get('/api/logs/facets', { ...range, ...parameters })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      return body['facets'] as {
        field: string
        values: { value: string; count: number }[]
        statistics?: object
      }[]
    }

    it('are found by a part of their name, those of the resource too', async () => {
      expect((await full({ search: 'COL' })).map(({ field }) => field)).toEqual(['colour'])
      expect((await full({ search: 'host' })).map(({ field }) => field)).toEqual(['host', 'host.name'])
      expect(await full({ search: 'nosuch' })).toEqual([])
    })

    it('have as many values as are asked for, and those that have a text', async () => {
      expect(await full({ fields: 'colour,service', limit: '1' })).toEqual([
        { field: 'colour', values: [{ value: 'blue', count: 5 }] },
        { field: 'service', values: [{ value: 'web', count: 6 }] },
      ])
      expect(await full({ fields: 'colour,service', search: 'E' })).toEqual([
        {
          field: 'colour',
          values: [
            { value: 'blue', count: 5 },
            { value: 'red', count: 2 },
          ],
        },
        { field: 'service', values: [{ value: 'web', count: 6 }] },
      ])
    })

    it('of numbers have statistics, in seconds and bytes', async () => {
      await scene.insert('logs', {
        resourceLogs: [
          {
            resource: { attributes: attributes({ 'service.name': 'timed' }) },
            scopeLogs: [
              {
                logRecords: Array.from({ length: 100 }, (_, i) => ({
                  timeUnixNano: String(BigInt(zeroMs + i) * 1_000_000n),
                  body: { stringValue: 'x' },
                  attributes: attributes({
                    took: i === 99 ? 'soon' : `${i * 10}ms`,
                    size: '2KiB',
                    name: `n${i}`,
                  }),
                })),
              },
            ],
          },
        ],
      })
      const query = '{service="timed"}'
      const [took, size, name] = await full({
        query,
        fields: 'took,size,name',
        limit: '1000',
        statistics: 'true',
      })
      expect(took?.statistics).toMatchObject({ count: 99, min: 0, max: 0.98 })
      const { avg, p50, p90, distribution } = (took?.statistics ?? {}) as {
        avg: number
        p50: number
        p90: number
        distribution: { from: number; to: number; count: number }[]
      }
      for (const [found, right] of [
        [avg, 0.49],
        [p50, 0.49],
        [p90, 0.88],
      ] as const)
        expect(Math.abs(found - right)).toBeLessThan(0.011)
      expect(distribution).toHaveLength(20)
      expect(distribution.reduce((sum, { count }) => sum + count, 0)).toBe(99)
      expect(size?.statistics).toMatchObject({
        count: 100,
        min: 2048,
        max: 2048,
        distribution: [{ from: 2048, to: 2048, count: 100 }],
      })
      expect(name?.statistics).toBeUndefined()
    })

    it('names all fields, and counts the values of one over time', async () => {
      const range = { start: String(zeroMs), end: String(zeroMs + 4 * hourMs) }
      const names = await scene.get('/api/logs/fields', { query: '{service="web"}', ...range })
      expect(names.body['sampled']).toBe(timesMs.length - 1)
      expect(names.body['fields']).toContainEqual({ field: 'colour', lines: timesMs.length - 1, values: 2 })
      expect(names.body['more']).toBe(false)
      const sought = await scene.get('/api/logs/fields', { query: '{}', ...range, search: 'OLOU' })
      expect((sought.body['fields'] as { field: string }[]).map(({ field }) => field)).toEqual(['colour'])
      const { body } = await scene.get('/api/logs/histogram', {
        query: '{}',
        ...range,
        step: '1h',
        by: 'colour',
      })
      const buckets = body['buckets'] as { counts: Record<string, number> }[]
      expect(buckets.map(({ counts }) => counts)).toEqual([
        { red: 2, blue: 1 },
        { blue: 1 },
        { blue: 1 },
        { blue: 2 },
      ])
    })

    it('cuts steps by the clock of a zone, and names one that there is not', async () => {
      const asked = { query: '{}', start: String(zeroMs), end: String(zeroMs + 4 * hourMs), step: '2h' }
      const totals = async (more: object) => {
        const { body } = await scene.get('/api/logs/histogram', { ...asked, ...more })
        expect(body['stepMs']).toBe(2 * hourMs)
        const buckets = body['buckets'] as { start: string; counts: Record<string, number> }[]
        const all = buckets.flatMap(({ counts }) => Object.values(counts)).reduce((sum, n) => sum + n, 0)
        return { all, starts: buckets.map(({ start }) => Number(BigInt(start) / 1_000_000n)) }
      }
      const utc = await totals({})
      for (const more of [{}, { by: 'colour' }]) {
        const india = await totals({ ...more, timezone: 'Asia/Kolkata' })
        expect(india.all).toBe((await totals(more)).all)
        expect(india.starts.map(ms => (ms + 5.5 * hourMs) % (2 * hourMs))).toEqual(india.starts.map(() => 0))
      }
      expect(utc.starts.map(ms => ms % (2 * hourMs))).toEqual(utc.starts.map(() => 0))
      const { status, body } = await scene.get('/api/logs/histogram', { ...asked, timezone: 'Atlantis' })
      expect([status, body['detail']]).toEqual([400, expect.stringContaining("timezone: found 'Atlantis'")])
    })
  },
)
