import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minuteMs = 60_000
/** Two hours ago, at a whole hour. */
const zeroMs = Math.floor(Date.now() / (60 * minuteMs)) * 60 * minuteMs - 120 * minuteMs
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** A line each 10 s for ten minutes, the first at one second past the hour. */
const streams = [
  {
    service: 'api',
    level: 'info',
    body: (i: number) => JSON.stringify({ path: i % 2 === 0 ? '/cart' : '/pay', ms: i, size: `${i}KB` }),
    fields: { 'k8s.pod.name': 'api-0' },
  },
  {
    service: 'shop',
    level: 'error',
    body: (i: number) => `level=error took=${i}ms msg="card declined"`,
    fields: {},
  },
]

interface Stream {
  stream: Record<string, string>
  values: [string, string, Record<string, Record<string, string>>?][]
}
interface Sampled {
  metric: Record<string, string>
  values: [number, string][]
  value: [number, string]
}

describe.skipIf(reason !== undefined)(
  `Loki's queries${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (const { service, level, body, fields } of streams)
        await scene.insert('logs', {
          resourceLogs: [
            {
              resource: { attributes: attributes({ 'service.name': service, 'host.name': 'h1' }) },
              scopeLogs: [
                {
                  logRecords: Array.from({ length: 60 }, (_, i) => ({
                    timeUnixNano: String(BigInt(zeroMs + 1_000 + i * 10_000) * 1_000_000n),
                    severityText: level,
                    body: { stringValue: body(i) },
                    attributes: attributes(fields),
                  })),
                },
              ],
            },
          ],
        })
      // as an agent makes it of what is pushed to Loki's API
      const pushed = { app: 'till', env: 'prod', 'service.name': 'till', 'host.name': 'h9' }
      await scene.insert('logs', {
        resourceLogs: [
          {
            resource: { attributes: attributes(pushed) },
            scopeLogs: [
              {
                scope: { name: 'millrace.loki' },
                logRecords: ['info', 'error'].map((severityText, i) => ({
                  timeUnixNano: String(BigInt(zeroMs + 1_000 + i) * 1_000_000n),
                  severityText,
                  body: { stringValue: `sold ${i}` },
                })),
              },
            ],
          },
        ],
      })
    }, 30_000)
    afterAll(() => scene?.close())

    const ask = async (path: string, parameters: Record<string, string>, headers = {}) => {
      const range = { start: String(zeroMs / 1000), end: String(zeroMs / 1000 + 600) }
      const address = `/loki/api/v1/${path}?${new URLSearchParams({ ...range, ...parameters })}`
      const response = await scene.request(address, { headers })
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${response.status} ${text}`)
      return (JSON.parse(text) as { data: { result: unknown; resultType: string; encodingFlags?: string[] } })
        .data
    }
    const lines = async (query: string, parameters = {}) =>
      (await ask('query_range', { query, ...parameters })).result as Stream[]
    const sums = async (query: string, parameters = {}) => {
      const { result } = await ask('query_range', { query, step: '300', ...parameters })
      const found = (result as Sampled[]).map(({ metric, values }) => [
        metric,
        values.map(([, value]) => value),
      ])
      return found as [Record<string, string>, string[]][]
    }

    it('gives lines by their labels, newest first, and as many as asked for', async () => {
      const [stream, ...others] = await lines('{service_name="shop"} |= "declined"', { limit: '3' })
      expect(others).toEqual([])
      expect(stream?.stream).toEqual({
        service_name: 'shop',
        service: 'shop',
        host: 'h1',
        level: 'error',
        detected_level: 'error',
        host_name: 'h1',
      })
      expect(stream?.values.map(([, line]) => line)).toEqual(
        [59, 58, 57].map(i => `level=error took=${i}ms msg="card declined"`),
      )
      expect(stream?.values[0]?.[0]).toBe(String(BigInt(zeroMs + 591_000) * 1_000_000n))
    })

    it('tells labels of streams from others where Grafana asks for that', async () => {
      const headers = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' }
      const parameters = { query: '{service_name="api"} | json | ms = 7', direction: 'forward' }
      const data = await ask('query_range', parameters, headers)
      expect(data.encodingFlags).toEqual(['categorize-labels'])
      const [found] = data.result as Stream[]
      expect(Object.keys(found?.stream ?? {})).not.toContain('k8s_pod_name')
      expect(found?.values).toEqual([
        [
          expect.any(String),
          JSON.stringify({ path: '/pay', ms: 7, size: '7KB' }),
          {
            structuredMetadata: { k8s_pod_name: 'api-0', host_name: 'h1' },
            parsed: { path: '/pay', ms: '7', size: '7KB' },
          },
        ],
      ])
    })

    it.each([
      ['{service="shop"} | logfmt | took > 57ms', ['59', '58']],
      [
        '{service="shop"} | logfmt | took > 57ms | line_format "{{.took}} of {{.service}}"',
        ['59ms of shop', '58ms of shop'],
      ],
      ['{service="shop"} | pattern "<_> took=<took>ms <_>" | took >= 59 | line_format "{{.took}}"', ['59']],
      [
        '{service="shop"} | regexp "took=(?P<t>\\\\d+)ms" | t = "58" | label_format x=t | line_format "{{.x}}"',
        ['58'],
      ],
      ['{service="api"} | json | size > 58KB', ['"ms":59']],
      ['{service="api"} | json p="path" | p="/cart" |= "\\"ms\\":58" | drop p', ['"ms":58']],
      ['{service="shop"} |> "level=error took=1ms <_>"', ['took=1ms']],
      ['{k8s_pod_name="api-0"} |~ "\\"ms\\":5[89]"', ['"ms":59', '"ms":58']],
    ])('%s gives its lines', async (query, expected) => {
      const found = (await lines(query)).flatMap(({ values }) => values)
      found.sort(([a], [b]) => (a < b ? 1 : -1))
      expect(found).toHaveLength(expected.length)
      for (const [i, [, line]] of found.entries()) expect(line).toContain(expected[i])
    })

    it('counts lines of `(t - range, t]` at each step, in the store or line by line', async () => {
      for (const filter of ['', '| json | ms >= 0']) {
        const query = `sum by (service) (count_over_time({service="api"} ${filter} [5m]))`
        expect(await sums(query)).toEqual([[{ service: 'api' }, ['30', '30']]])
      }
      expect(await sums('sum(rate({service=~"api|shop"}[5m]))')).toEqual([[{}, ['0.2', '0.2']]])
      expect(await sums('sum(bytes_over_time({service="shop"} |= "took=7ms"[5m]))')).toEqual([
        [{}, [String('level=error took=7ms msg="card declined"'.length)]],
      ])
      expect((await sums('count_over_time({service="shop"}[5m])'))[0]?.[0]).toEqual({
        service_name: 'shop',
        service: 'shop',
        host: 'h1',
        level: 'error',
        detected_level: 'error',
      })
    })

    it('has the labels that were pushed, as Loki has them', async () => {
      const labels = { app: 'till', env: 'prod', service_name: 'till' }
      const headers = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' }
      const { result } = await ask('query_range', { query: '{app="till"}', direction: 'forward' }, headers)
      expect(result).toEqual([
        {
          stream: labels,
          values: ['info', 'error'].map((detected_level, i) => [
            String(BigInt(zeroMs + 1_000 + i) * 1_000_000n),
            `sold ${i}`,
            { structuredMetadata: { detected_level } },
          ]),
        },
      ])
      for (const filter of ['', '| line_format "{{.app}}"'])
        expect(await sums(`count_over_time({app="till", level=~".+"} ${filter} [5m])`)).toEqual([
          [labels, ['2']],
        ])
      const byLevel = 'sum by (level) (count_over_time({app="till"} [5m]))'
      expect(await sums(byLevel)).toEqual([
        [{ level: 'error' }, ['1']],
        [{ level: 'info' }, ['1']],
      ])
    })

    it('computes with numbers that lines hold', async () => {
      const json = '{service="api"} | json | unwrap ms'
      expect(await sums(`max_over_time(${json} [5m]) by (path)`)).toEqual([
        [{ path: '/cart' }, ['28', '58']],
        [{ path: '/pay' }, ['29', '59']],
      ])
      expect(await sums(`sum by (path) (sum_over_time(${json} [5m]))`)).toEqual([
        [{ path: '/cart' }, ['210', '660']],
        [{ path: '/pay' }, ['225', '675']],
      ])
      expect(await sums(`quantile_over_time(0.5, ${json} [5m]) by ()`)).toEqual([[{}, ['14.5', '44.5']]])
      const took = '{service="shop"} | logfmt | unwrap duration(took)'
      expect(await sums(`avg_over_time(${took} [5m]) by ()`)).toEqual([[{}, ['0.0145', '0.0445']]])
    })

    it('writes a query in one form', async () => {
      const { status, data } = (await (
        await scene.request(
          `/loki/api/v1/format_query?${new URLSearchParams({ query: 'sum(rate({a="b",c="d"}|json|x>5[1m]))' })}`,
        )
      ).json()) as { status: string; data: string }
      expect([status, data]).toEqual(['success', 'sum(rate({a="b", c="d"} | json | x>5[1m]))'])
    })

    it('has all of PromQL around that', async () => {
      const share =
        'sum(count_over_time({service="shop"}[5m])) / sum(count_over_time({service=~"api|shop"}[5m])) * 100 > 10 or vector(0)'
      expect(await sums(share)).toEqual([[{}, ['0', '50', '50']]])
      expect(await sums('absent_over_time({service="nobody"}[5m])')).toEqual([
        [{ service: 'nobody' }, ['1', '1', '1']],
      ])
      const parameters = {
        query: 'topk(1, sum by (level) (count_over_time({host="h1"}[10m])))',
        time: String(zeroMs / 1000 + 600),
      }
      const { result, resultType } = await ask('query', parameters)
      expect([resultType, (result as Sampled[]).map(({ value }) => value[1])]).toEqual(['vector', ['60']])
      // Grafana's health check
      expect((await ask('query', { query: 'vector(1)+vector(1)' })).result).toEqual([
        { metric: {}, value: [expect.any(Number), '2'] },
      ])
    })

    it.each([
      ['query', '{service="shop"}', 'log queries are not supported as an instant query type'],
      ['query_range', '{service="shop"} | unwrap took', 'unexpected |'],
      ['query_range', 'rate({service="shop"})', 'rate has no range'],
      ['query_range', 'sum({service="shop"})', 'lines are no metric'],
      ['query_range', 'sum_over_time({service="shop"}[5m])', 'sum_over_time is of numbers'],
      ['query_range', 'count_over_time({service="shop"} | json [5m])', "pipeline error: 'JSONParserErr'"],
      ['query_range', 'up', 'up is no metric of lines'],
      ['query_range', '', 'syntax error'],
    ])('%s refuses %s', async (path, query, message) => {
      await expect(ask(path, { query })).rejects.toThrow(message)
    })
  },
)
