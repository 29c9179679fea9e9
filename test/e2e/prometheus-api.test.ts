import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { readAnswer, readRequest } from './remote-read-client.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minute = 60_000
/** Ten minutes ago, at a whole minute. */
const zeroMs = Math.floor(Date.now() / minute) * minute - 10 * minute
const zeroS = zeroMs / 1000
const nanos = (ms: number) => String(BigInt(zeroMs + ms) * 1_000_000n)
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
type Json = Record<string, unknown>

describe.skipIf(reason !== undefined)(
  `Prometheus' HTTP API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      const points = (factor: number) =>
        Array.from({ length: 21 }, (_, i) => ({
          timeUnixNano: nanos(i * 15_000),
          asInt: String(i * 15 * factor),
        }))
      const metric = (factor: number) => ({
        name: 'requests',
        description: 'what was asked',
        sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: points(factor) },
      })
      for (const [service, factor] of [
        ['web', 1],
        ['cart', 2],
      ] as const)
        await scene.insert('metrics', {
          resourceMetrics: [
            {
              resource: { attributes: [attribute('service.name', service)] },
              scopeMetrics: [{ scope: { name: 'm' }, metrics: [metric(factor)] }],
            },
          ],
        })
    }, 30_000)
    afterAll(() => scene?.close())

    const get = async (path: string, parameters: Record<string, string> = {}) =>
      await scene.get(`/prometheus/api/v1/${path}`, parameters)
    const data = async (path: string, parameters: Record<string, string> = {}) => {
      const { status, body } = await get(path, parameters)
      expect([status, body['status'], body['error']]).toEqual([200, 'success', undefined])
      return body['data'] as Json
    }

    it('answers a query at one moment, of every kind of value', async () => {
      const time = String(zeroS + 300)
      // to the last bit what Prometheus makes of these samples
      expect(await data('query', { query: 'sum by (service) (rate(requests_total[5m]))', time })).toEqual({
        resultType: 'vector',
        result: expect.arrayContaining([
          { metric: { service: 'web' }, value: [zeroS + 300, '0.9999999999999999'] },
          { metric: { service: 'cart' }, value: [zeroS + 300, '1.9999999999999998'] },
        ]),
      })
      expect(await data('query', { query: '1 / 0', time })).toEqual({
        resultType: 'scalar',
        result: [zeroS + 300, '+Inf'],
      })
      expect(await data('query', { query: '"text"', time })).toEqual({
        resultType: 'string',
        result: [zeroS + 300, 'text'],
      })
    })

    it('answers a query over a range, leaving out where there is nothing', async () => {
      const range = { start: String(zeroS), end: new Date(zeroMs + 120_000).toISOString(), step: '60' }
      expect(await data('query_range', { query: 'requests_total{service="web"} > 0', ...range })).toEqual({
        resultType: 'matrix',
        result: [
          {
            metric: expect.objectContaining({ __name__: 'requests_total', service: 'web' }),
            values: [
              [zeroS + 60, '60'],
              [zeroS + 120, '120'],
            ],
          },
        ],
      })
      expect(await data('query_range', { query: '7', ...range })).toMatchObject({
        result: [
          {
            metric: {},
            values: [
              [zeroS, '7'],
              [zeroS + 60, '7'],
              [zeroS + 120, '7'],
            ],
          },
        ],
      })
    })

    it('tells labels, values, series and what metrics mean', async () => {
      expect(await data('labels')).toEqual(expect.arrayContaining(['__name__', 'service', 'job']))
      expect(await data('label/service/values', { 'match[]': 'requests_total' })).toEqual(['cart', 'web'])
      expect(await data('label/__name__/values')).toEqual(expect.arrayContaining(['requests_total']))
      expect(await data('series', { 'match[]': '{service="web",__name__=~"req.*"}' })).toEqual([
        expect.objectContaining({ __name__: 'requests_total', service: 'web' }),
      ])
      expect(await data('series', { 'match[]': 'requests_total', end: '1' })).toEqual([])
      expect(await data('metadata', { metric: 'requests_total' })).toEqual({
        requests_total: [{ type: 'counter', help: 'what was asked', unit: '' }],
      })
    })

    it('answers a range vector at one moment, and says what is odd about a query', async () => {
      const time = String(zeroS + 30)
      expect(await data('query', { query: 'requests_total{service="web"}[20s]', time })).toMatchObject({
        resultType: 'matrix',
        result: [
          {
            values: [
              [zeroS + 15, '15'],
              [zeroS + 30, '30'],
            ],
          },
        ],
      })
      const { body } = await get('query', { query: 'quantile(2, requests_total)', time })
      expect(body['warnings']).toEqual([
        'PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)',
      ])
      expect(await get('query', { query: 'requests_total', time, limit: '1' })).toMatchObject({
        body: { data: { result: [{}] }, warnings: ['results truncated due to limit'] },
      })
      for (const [path, parameters] of [
        ['labels', {}],
        ['series', { 'match[]': '{__name__=~".+"}' }],
      ] as const)
        expect(await get(path, { ...parameters, limit: '1' })).toMatchObject({
          body: { data: [expect.anything()], warnings: ['results truncated due to limit'] },
        })
    })

    it('says what a query took, where it is asked for', async () => {
      const range = { start: String(zeroS + 60), end: String(zeroS + 120), step: '60' }
      const query = 'sum(rate(requests_total[1m]))'
      const { stats } = await data('query_range', { query, ...range, stats: 'all' })
      expect(stats).toMatchObject({
        timings: { evalTotalTime: expect.any(Number), queryPreparationTime: expect.any(Number) },
        samples: {
          seriesTouched: 2,
          totalQueryableSamples: expect.any(Number),
          samplesRead: expect.any(Number),
        },
      })
      expect(await data('query_range', { query, ...range })).not.toHaveProperty('stats')
    })

    it('formats a query and tells what it consists of', async () => {
      expect(await data('format_query', { query: 'sum by(service)(rate(x [5m] offset 60s))' })).toBe(
        'sum by (service) (rate(x[5m] offset 1m))',
      )
      expect(await data('parse_query', { query: 'x{a="b"} * 2' })).toMatchObject({
        type: 'binaryExpr',
        op: '*',
        lhs: { type: 'vectorSelector', name: 'x', matchers: [{ name: 'a', value: 'b', type: '=' }, {}] },
        rhs: { type: 'numberLiteral', val: '2' },
      })
    })

    it('reads what is asked for as Prometheus does: the look back, the ends of time, a timeout', async () => {
      const query = 'requests_total{service="web"}'
      const time = String(zeroS + 340)
      const found = async (more: Record<string, string>) =>
        ((await data('query', { query, time, ...more }))['result'] as unknown[]).length
      expect([await found({}), await found({ lookback_delta: '30s' })]).toEqual([1, 0])
      const allTime = { start: '-292273086-05-16T16:47:06Z', end: '292277025-08-18T07:12:54.999999999Z' }
      expect(await data('series', { 'match[]': query, ...allTime })).toHaveLength(1)
      expect(await data('query_range', { query: '1', start: '0', end: '100', step: '1e2' })).toMatchObject({
        result: [
          {
            values: [
              [0, '1'],
              [100, '1'],
            ],
          },
        ],
      })
      expect(await found({ timeout: '10s' })).toBe(1)
    })

    it('says what it understands', async () => {
      const { body } = await scene.get('/prometheus/api/v1/features', {})
      expect(body['data']).toMatchObject({
        api: { exclude_alerts: true },
        promql: { offset: true, unquoted_utf8_names: true },
        promql_functions: { rate: true, info: true },
        promql_operators: { unless: true, limitk: true },
      })
      expect((await scene.get('/prometheus/api/v1/notifications', {})).body).toEqual({
        status: 'success',
        data: [],
      })
    })

    it('takes other methods for what they are', async () => {
      const put = await scene.request('/prometheus/api/v1/query?query=1', { method: 'PUT' })
      expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
      const post = await scene.request('/prometheus/api/v1/label/job/values', { method: 'POST' })
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET'])
    })

    it('gives every metric its own sample and time to another Prometheus, though their labels are alike', async () => {
      const nowMs = Math.floor(Date.now() / 1000) * 1000
      const gauge = (name: string, value: number, atMs: number) => ({
        name,
        gauge: {
          dataPoints: [{ timeUnixNano: String(BigInt(atMs) * 1_000_000n), asDouble: value }],
        },
      })
      const attributes = [attribute('service.name', 'kiln'), attribute('service.instance.id', 'k1')]
      const metrics = [gauge('heat', 900, nowMs - 30_000), gauge('load', 0.5, nowMs - 10_000)]
      const scopeMetrics = [{ scope: { name: '' }, metrics }]
      await scene.insert('metrics', { resourceMetrics: [{ resource: { attributes }, scopeMetrics }] })
      const federated = async (...selectors: string[]) => {
        const parameters = new URLSearchParams(selectors.map((one): [string, string] => ['match[]', one]))
        return await scene.request(`/prometheus/federate?${parameters}`)
      }
      const text = await (await federated('{job="kiln"}', 'load')).text()
      expect(text.split('\n').map(line => line.replace(/\{.*\}/, ''))).toEqual([
        '# TYPE heat untyped',
        `heat 900 ${nowMs - 30_000}`,
        '# TYPE load untyped',
        `load 0.5 ${nowMs - 10_000}`,
        '',
      ])
      for (const line of text.match(/^\w.*$/gm) ?? []) expect(line).toContain('instance="k1",job="kiln"')
      const refused = await federated('load offset 5m')
      expect([refused.status, await refused.text()]).toEqual([
        400,
        'invalid parameter "match[]": found load offset 5m, expected a selector\n',
      ])
    })

    it('federates what has no instance with an empty one', async () => {
      const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n)
      const metrics = [{ name: 'bare', gauge: { dataPoints: [{ timeUnixNano, asDouble: 1 }] } }]
      await scene.insert('metrics', {
        resourceMetrics: [{ scopeMetrics: [{ scope: { name: '' }, metrics }] }],
      })
      const answer = await scene.request('/prometheus/federate?match[]=bare')
      expect(await answer.text()).toMatch(/^bare\{instance="".*\} 1 \d+$/m)
    })

    it('gives the newest samples to another Prometheus, and old ones by remote read', async () => {
      const selector = encodeURIComponent('requests_total{service="web"}')
      const federated = await scene.request(`/prometheus/federate?match[]=${selector}`)
      // a counter that has been quiet for longer than what counts as now
      expect([federated.status, await federated.text()]).toEqual([200, ''])
      const body = readRequest({ service: 'web', __name__: 'requests_total' }, zeroMs, zeroMs + 30_000)
      const answer = await scene.request('/prometheus/api/v1/read', { method: 'POST', body })
      const series = readAnswer(await answer.arrayBuffer())
      expect(series).toEqual([
        {
          labels: expect.objectContaining({ __name__: 'requests_total', service: 'web' }),
          samples: [
            [zeroMs, 0],
            [zeroMs + 15_000, 15],
            [zeroMs + 30_000, 30],
          ],
        },
      ])
    })

    it.each([
      ['query', { query: 'sum(' }, 400, 'bad_data', '1:5: parse error: the query ends too early'],
      [
        'query_range',
        { query: 'x[5m]', start: '1', end: '2', step: '1' },
        400,
        'bad_data',
        'a range vector is no answer',
      ],
      ['query', {}, 400, 'bad_data', 'invalid parameter "query": it is missing'],
      [
        'query',
        { query: '1', time: 'soon' },
        400,
        'bad_data',
        'invalid parameter "time": cannot parse "soon" to a valid timestamp',
      ],
      [
        'query_range',
        { query: '1', start: '2', end: '1', step: '1' },
        400,
        'bad_data',
        'invalid parameter "end": end timestamp must not be before start time',
      ],
      [
        'query_range',
        { query: '1', start: '1', end: '2', step: '0' },
        400,
        'bad_data',
        'invalid parameter "step": zero or negative query resolution step widths are not accepted',
      ],
      ['series', {}, 400, 'bad_data', 'no match[] parameter provided'],
      [
        'query',
        { query: 'requests_total + on() requests_total', time: String(zeroS + 60) },
        422,
        'execution',
        'several series on the right side match {}',
      ],
      ['query', { query: '1', time: '2026-11-29' }, 400, 'bad_data', 'cannot parse "2026-11-29"'],
      [
        'query',
        { query: '1', timeout: '0' },
        400,
        'bad_data',
        'invalid parameter "timeout": it must be positive',
      ],
      ['query', { query: '1', timeout: 'x' }, 400, 'bad_data', 'invalid parameter "timeout"'],
      ['query', { query: '1', lookback_delta: 'x' }, 400, 'bad_data', 'invalid parameter "lookback_delta"'],
      ['query', { query: '1m1h' }, 400, 'bad_data', '1m1h is no duration'],
      ['query', { query: 'on' }, 400, 'bad_data', 'a metric of that name stands in braces: {"on"}'],
      ['query', { query: 'info(up, up)' }, 400, 'bad_data', 'labels in braces are expected here'],
      [
        'query',
        { query: 'avg_over_time(up[5m] anchored)' },
        422,
        'execution',
        'anchored does not go with avg_over_time',
      ],
      [
        'query_range',
        { query: '1', start: '1', end: '9', step: '1.5m' },
        400,
        'bad_data',
        'invalid parameter "step": cannot parse "1.5m" to a valid duration',
      ],
      ['query_exemplars', { query: 'x', start: '2', end: '1' }, 400, 'bad_data', 'end timestamp must not be'],
      ['labels', { 'match[]': '' }, 400, 'bad_data', 'the query is empty'],
      ['rules', { type: 'x' }, 400, 'bad_data', 'invalid parameter "type": not supported value "x"'],
      ['rules', { group_limit: 'x' }, 400, 'bad_data', 'invalid parameter "group_limit"'],
      ['rules', { group_next_token: 'x' }, 400, 'bad_data', 'group_limit needs to be present'],
      ['rules', { exclude_alerts: 'x' }, 400, 'bad_data', 'invalid parameter "exclude_alerts"'],
      ['rules', { 'match[]': '{x' }, 400, 'bad_data', 'the query ends too early'],
      ['metadata', { limit_per_metric: 'x' }, 400, 'bad_data', 'invalid parameter "limit_per_metric"'],
      ['nosuch', {}, 404, 'not_found', 'there is no /prometheus/api/v1/nosuch here'],
    ] as const)(
      'says of %s %j what is wrong as Prometheus does',
      async (path, parameters, status, errorType, error) => {
        const answer = await get(path, parameters)
        expect(answer).toMatchObject({ status, body: { status: 'error', errorType } })
        expect(String(answer.body['error'])).toContain(error)
      },
    )
  },
)
