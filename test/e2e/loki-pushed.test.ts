import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minuteMs = 60_000
/** Two hours ago, at a whole hour. */
const zeroMs = Math.floor(Date.now() / (60 * minuteMs)) * 60 * minuteMs - 120 * minuteMs
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** As the agent makes records of what is pushed to Loki's API: labels are the resource. Each has ten lines, one a minute. */
const pushed = [
  { app: 'shop', env: 'prod', pod: 'shop-0' },
  { app: 'shop', env: 'dev', pod: 'shop-1' },
  { app: 'api', env: 'prod', pod: 'api-0' },
]

describe.skipIf(reason !== undefined)(
  `streams that were pushed to Loki's API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (const labels of pushed)
        await scene.insert('logs', {
          resourceLogs: [
            {
              resource: {
                attributes: attributes({ 'service.name': labels.app, 'host.name': 'h1', ...labels }),
              },
              scopeLogs: [
                {
                  scope: { name: 'millrace.loki' },
                  logRecords: Array.from({ length: 10 }, (_, i) => ({
                    timeUnixNano: String(BigInt(zeroMs + 1_000 + i * minuteMs) * 1_000_000n),
                    body: { stringValue: i === 9 ? 'no json' : JSON.stringify({ ms: i, app: 'inner' }) },
                    attributes: attributes({ app: 'inner', trace_id: `b3-${i % 2}`, user: `u${i % 3}` }),
                  })),
                },
              ],
            },
          ],
        })
    }, 30_000)
    afterAll(() => scene?.close())

    const range = { start: String(zeroMs / 1000), end: String(zeroMs / 1000 + 600) }
    const get = async (path: string, parameters: Record<string, string> = {}) =>
      await scene.request(`${path}?${new URLSearchParams({ ...range, ...parameters })}`)
    const data = async (path: string, parameters: Record<string, string> = {}) =>
      ((await (await get(`/loki/api/v1/${path}`, parameters)).json()) as { data: unknown }).data
    const lines = async (query: string, more: Record<string, string> = {}) => {
      const found = (await data('query_range', { query, limit: '1000', direction: 'forward', ...more })) as {
        result: { stream: Record<string, string>; values: [string, string][] }[]
      }
      return found.result.flatMap(({ stream, values }) => values.map(value => ({ stream, value })))
    }
    const sum = async (query: string) => {
      const time = String(zeroMs / 1000 + 600)
      const found = (await data('query', { query, time })) as { result: { value: [number, string] }[] }
      return found.result.map(({ value }) => value[1])
    }

    it('have as fields what is no label of theirs, and nothing where there is none', async () => {
      const ask = async (path: string, query: string) =>
        (await (await get(`/loki/api/v1/${path}`, { query })).json()) as {
          fields?: { label: string; parsers: string[] | null }[]
        }
      const { fields = [] } = await ask('detected_fields', '{app="shop"}')
      expect(fields.map(({ label, parsers }) => [label, parsers]).sort()).toEqual([
        ['app_extracted', ['json']],
        ['detected_level', null],
        ['ms', ['json']],
        ['trace_id', null],
        ['user', null],
      ])
      expect(await ask('detected_field/user/values', '{app="shop"}')).toEqual({
        values: ['u0', 'u1', 'u2'],
        limit: 1000,
      })
      for (const path of ['detected_field/level/values', 'detected_field/nosuch/values'])
        expect(await ask(path, '{app="shop"}')).toEqual({})
      expect(await ask('detected_fields', '{app="nobody"}')).toEqual({})
    })

    it('are listed by their labels', async () => {
      expect(await data('labels')).toEqual(expect.arrayContaining(['app', 'env', 'pod', 'service_name']))
      expect(await data('label/pod/values', { query: '{app="shop"}' })).toEqual(['shop-0', 'shop-1'])
      expect(await data('series', { 'match[]': '{app="shop", env="dev"}' })).toEqual([
        { app: 'shop', env: 'dev', pod: 'shop-1', service_name: 'shop' },
      ])
      const detected = (await (await get('/loki/api/v1/detected_labels')).json()) as {
        detectedLabels: unknown[]
      }
      expect(detected.detectedLabels).toContainEqual({ label: 'pod', cardinality: 3 })
    })

    it('have volumes by their labels', async () => {
      const volumes = async (parameters: Record<string, string>) => {
        const found = (await data('index/volume', parameters)) as { result: { metric: object }[] }
        return found.result.map(({ metric }) => metric)
      }
      expect(await volumes({ query: '{app=~".+"}', targetLabels: 'env' })).toEqual([
        { env: 'prod' },
        { env: 'dev' },
      ])
      expect(await volumes({ query: '{app="shop"}' })).toEqual([{ app: 'shop' }])
      expect(await volumes({ query: '{app="shop"}', targetLabels: 'nosuch' })).toEqual([])
    })

    it('are found by labels that a field of their lines has, too, and by ids of any kind', async () => {
      expect(await lines('{app="shop"}')).toHaveLength(20)
      expect(await lines('{app="inner"}')).toHaveLength(0)
      expect(await lines('{app="shop"} | trace_id="b3-1"')).toHaveLength(10)
    })

    it('come at intervals', async () => {
      const times = (await lines('{app="api"}', { interval: '3m' })).map(({ value }) => value[0])
      expect(times.map(ns => Number(BigInt(ns) / 1_000_000n) - zeroMs).sort((a, b) => a - b)).toEqual(
        [0, 3, 6, 9].map(minutes => 1_000 + minutes * minuteMs),
      )
      expect((await get('/loki/api/v1/query_range', { query: '{app="api"}', interval: 'x' })).status).toBe(
        400,
      )
    })

    it('are added up series by series, and lines that no parser reads count where no label is asked for', async () => {
      const unwrapped = '{app="shop"} | json | __error__="" | unwrap ms [10m]'
      expect(await sum(`sum(max_over_time(${unwrapped}))`)).toEqual(['16'])
      expect(await sum(`sum by (env) (sum_over_time(${unwrapped}))`)).toEqual(['36', '36'])
      expect(await sum('sum(count_over_time({app="api"} | json [10m]))')).toEqual(['10'])
      expect(await sum('sum(count_over_time({app="api"} | json | __error__!="" [10m]))')).toEqual(['1'])
      expect(
        await data('query', { query: 'count_over_time({app="api"} | keep user [10m])', time: range.end }),
      ).toMatchObject({
        result: [{ metric: { user: 'u0' } }, { metric: { user: 'u1' } }, { metric: { user: 'u2' } }],
      })
    })

    it.each(['loki/api/v1/query', 'prometheus/api/v1/query'])(
      '%s refuses a pattern that is none',
      async path => {
        const query = `label_replace(${path.startsWith('loki') ? 'sum(rate({app="x"}[5m]))' : 'vector(1)'}, "a", "b", "c", "(")`
        const { status } = await get(`/${path}`, { query })
        expect([400, 422]).toContain(status)
      },
    )

    it('go through stages in our own search, page by page, and are counted', async () => {
      const query = '{app="shop"} | json | ms > 5 | line_format "took {{.ms}}"'
      const page = async (cursor: string) => {
        const answer = await get('/api/logs', { query, limit: '5', direction: 'forward', cursor })
        return (await answer.json()) as {
          logs: { body: string; message: string; attributes: Record<string, string> }[]
          next: string | null
        }
      }
      const first = await page('')
      const second = await page(first.next ?? '')
      expect(first.logs[0]).toMatchObject({
        body: '{"ms":6,"app":"inner"}',
        message: 'took 6',
        attributes: { ms: '6', user: 'u0' },
      })
      expect([first.logs.length, second.logs.length, second.next]).toEqual([5, 1, null])
      const counted = (await (await get('/api/logs/histogram', { query, step: '10m' })).json()) as {
        buckets: { counts: Record<string, number> }[]
      }
      expect(counted.buckets.map(({ counts }) => counts)).toEqual([{ unknown: 6 }])
      const byUser = (await (
        await get('/api/logs/histogram', { query, step: '10m', by: 'user' })
      ).json()) as typeof counted
      expect(byUser.buckets.map(({ counts }) => counts)).toEqual([{ u0: 2, u1: 2, u2: 2 }])
      // what needs the store's answer says what goes there
      expect((await get('/api/logs/facets', { query })).status).toBe(400)
    })
  },
)
