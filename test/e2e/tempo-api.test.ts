import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { protobufToJson } from '../../lib/otlp/index.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'
import { failedId, nanos, plainId, shopStartMs, shopTraces } from './shop-traces.ts'

const reason = storeUnavailable()
const startS = shopStartMs / 1000
const range = { start: String(startS), end: String(startS + 60) }
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

interface Exemplar {
  labels: object[]
  value: number
  timestampMs: string
}

describe.skipIf(reason !== undefined)(
  `Tempo's API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      await scene.insert('traces', shopTraces)
    }, 30_000)
    afterAll(() => scene?.close())

    async function get<T = Record<string, unknown>>(
      path: string,
      parameters: Record<string, string> = {},
    ): Promise<T> {
      const response = await scene.request(`/tempo/api/${path}?${new URLSearchParams(parameters)}`)
      const text = await response.text()
      expect([response.status, response.status === 200 ? '' : text]).toEqual([200, ''])
      return JSON.parse(text) as T
    }
    const found = async (parameters: Record<string, string>) =>
      (await get<{ traces: { traceID: string }[] }>('search', { ...range, ...parameters })).traces.map(
        ({ traceID }) => traceID,
      )
    const values = async (path: string, parameters: Record<string, string> = {}) =>
      (await get<{ tagValues: unknown[] }>(`${path}/values`, { ...range, ...parameters })).tagValues

    it('gives a trace as JSON, in both versions', async () => {
      const { batches } = await get<{ batches: unknown[] }>(`traces/${plainId}`)
      expect(batches).toEqual([
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'web' } },
              { key: 'host.name', value: { stringValue: 'h1' } },
              { key: 'region', value: { stringValue: 'eu' } },
            ],
          },
          scopeSpans: [
            {
              scope: {
                name: 'tracer',
                version: '1.2',
                attributes: [{ key: 'library', value: { stringValue: 'http' } }],
              },
              spans: [
                {
                  traceId: base64(plainId),
                  spanId: base64('00000000000000b1'),
                  name: 'GET /',
                  kind: 'SPAN_KIND_SERVER',
                  startTimeUnixNano: nanos(20_000),
                  endTimeUnixNano: nanos(20_020),
                  attributes: [
                    { key: 'http.route', value: { stringValue: '/' } },
                    { key: 'http.status_code', value: { intValue: '200' } },
                  ],
                  status: {},
                },
              ],
            },
          ],
        },
      ])
      expect(await get(`v2/traces/${plainId}`)).toEqual({ trace: { resourceSpans: batches }, metrics: {} })
    })

    it('gives a trace as protobuf', async () => {
      const ask = async (path: string) => {
        const response = await scene.request(`/tempo/api/${path}`, {
          headers: { accept: 'application/protobuf' },
        })
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/protobuf'])
        return Buffer.from(await response.arrayBuffer())
      }
      const bytes = await ask(`traces/${failedId}`)
      expect(protobufToJson('traces', bytes)).toMatchObject({
        resourceSpans: [
          { scopeSpans: [{ spans: [{ traceId: failedId, name: 'POST /checkout' }, { name: 'pay' }] }] },
          {
            scopeSpans: [
              {
                spans: [
                  { name: 'Pay', kind: 2, status: { code: 2 }, events: [{ name: 'exception' }] },
                  { name: 'SELECT' },
                ],
              },
            ],
          },
        ],
      })
      // field 1 of the answer of version 2 is the same trace
      const wrapped = await ask(`v2/traces/${failedId}`)
      expect(wrapped.indexOf(bytes)).toBeGreaterThan(0)
    })

    it.each([
      [{}, [plainId, failedId]],
      [{ q: '{ resource.service.name = "cart" && status = error }' }, [failedId]],
      [{ q: '{ kind = server } > { kind = client }' }, [failedId]],
      [{ q: '{}', limit: '1' }, [plainId]],
      [{ tags: 'service.name=cart' }, [failedId]],
      [{ tags: 'service.name=CAR' }, [failedId]],
      [{ tags: 'http.route=out' }, [failedId]],
      [{ tags: 'http.route=o.t' }, []],
      [{ q: '{ instrumentation.library = "http" && resource.service.name = "cart" }' }, [failedId]],
      [{ tags: 'http.status_code=200 region=eu' }, [plainId]],
      [{ tags: 'service.name=web', minDuration: '100ms' }, [failedId]],
      [{ maxDuration: '30ms' }, [plainId]],
    ])('searches by %j', async (parameters, expected) => {
      expect(await found(parameters as Record<string, string>)).toEqual(expected)
    })

    it('shows what it found as Tempo does', async () => {
      const q = '{ span.http.status_code >= 500 } | select(resource.region)'
      const spanSet = {
        spans: [
          {
            spanID: '00000000000000a1',
            name: 'POST /checkout',
            startTimeUnixNano: nanos(1_000),
            durationNanos: '500000000',
            attributes: [
              { key: 'http.status_code', value: { intValue: '500' } },
              { key: 'region', value: { stringValue: 'eu' } },
            ],
          },
        ],
        matched: 1,
      }
      expect(await get('search', { ...range, q })).toEqual({
        traces: [
          {
            traceID: failedId,
            rootServiceName: 'web',
            rootTraceName: 'POST /checkout',
            startTimeUnixNano: nanos(1_000),
            durationMs: 500,
            spanSet,
            spanSets: [spanSet],
            serviceStats: { web: { spanCount: 2, errorCount: 1 }, cart: { spanCount: 2, errorCount: 1 } },
          },
        ],
        metrics: {
          inspectedTraces: 1,
          inspectedBytes: expect.stringMatching(/^\d+$/),
          completedJobs: 1,
          totalJobs: 1,
        },
      })
      const two = await get<{ traces: { spanSets: { spans: unknown[]; matched: number }[] }[] }>('search', {
        ...range,
        q: '{ trace:id != "" }',
        spss: '2',
      })
      expect(two.traces.map(({ spanSets }) => [spanSets[0]?.spans.length, spanSets[0]?.matched])).toEqual([
        [1, 1],
        [2, 4],
      ])
    })

    it('answers what Grafana asks for the structure of traces', async () => {
      const q =
        '{ nestedSetParent < 0 } &>> { status = error } | select(status, resource.service.name, name, nestedSetParent, nestedSetLeft, nestedSetRight)'
      const { traces } = await get<{ traces: { spanSets: { spans: { attributes: object[] }[] }[] }[] }>(
        'search',
        {
          ...range,
          q,
          spss: '10',
        },
      )
      type Attribute = { key: string; value: { intValue?: string } }
      const ints = (name: string, of: { attributes: object[] } | undefined) =>
        ((of?.attributes ?? []) as Attribute[]).find(({ key }) => key === name)?.value.intValue
      const [root, failed] = traces[0]?.spanSets[0]?.spans ?? []
      expect(
        [root, failed].map(one =>
          ['nestedSetParent', 'nestedSetLeft', 'nestedSetRight'].map(name => ints(name, one)),
        ),
      ).toEqual([
        ['-1', '1', '8'],
        ['2', '3', '6'],
      ])
    })

    it('knows the names of tags', async () => {
      const { tagNames } = await get<{ tagNames: string[] }>('search/tags', range)
      expect(tagNames).toEqual(expect.arrayContaining(['service.name', 'http.route', 'db.system', 'region']))
      const { scopes } = await get<{ scopes: { name: string; tags: string[] }[] }>('v2/search/tags', range)
      expect(scopes.map(({ name }) => name)).toEqual([
        'resource',
        'span',
        'event',
        'instrumentation',
        'intrinsic',
      ])
      expect(scopes[0]?.tags).toEqual(['host.name', 'region', 'service.name'])
      const only = await get<{ scopes: { name: string }[] }>('v2/search/tags', { ...range, scope: 'span' })
      expect(only.scopes.map(({ name }) => name)).toEqual(['span'])
      const q = '{ name = "SELECT" && .x = }'
      const ofSelect = await get<{ scopes: { tags: string[] }[] }>('v2/search/tags', {
        ...range,
        scope: 'span',
        q,
      })
      expect(ofSelect.scopes[0]?.tags).toContain('db.system')
      expect(ofSelect.scopes[0]?.tags).not.toContain('http.route')
    })

    it('knows the values of tags', async () => {
      expect(await values('search/tag/service.name')).toEqual(['cart', 'web'])
      expect(await values('search/tag/http.status_code')).toEqual(['200', '500'])
      expect(await values('v2/search/tag/resource.service.name')).toEqual([
        { type: 'string', value: 'cart' },
        { type: 'string', value: 'web' },
      ])
      expect(await values('v2/search/tag/span.http.status_code')).toEqual([
        { type: 'int', value: '200' },
        { type: 'int', value: '500' },
      ])
      const q = '{ resource.service.name = "cart" }'
      expect(await values('v2/search/tag/name', { q })).toEqual([
        { type: 'string', value: 'Pay' },
        { type: 'string', value: 'SELECT' },
      ])
      expect(await values('v2/search/tag/name', { q: '{ resource.service.name = }' })).toHaveLength(5)
      // what is complete counts while the rest is being written
      const partly = '{ resource.service.name = "cart" && .x = && name =~ "[" }'
      expect(await values('v2/search/tag/name', { q: partly })).toHaveLength(2)
      expect(await values('v2/search/tag/span.ht"tp.sta"tus_code')).toHaveLength(2)
      expect(await values('v2/search/tag/status')).toContainEqual({ type: 'keyword', value: 'error' })
      expect(await values('v2/search/tag/rootServiceName')).toEqual([{ type: 'string', value: 'web' }])
      expect(await values('v2/search/tag/event.exception.type')).toEqual([
        { type: 'string', value: 'CardError' },
      ])
      expect(await values('v2/search/tag/.region')).toEqual([{ type: 'string', value: 'eu' }])
    })

    it('makes series', async () => {
      const q = '{ kind = server } | count_over_time() by (resource.service.name)'
      const { series } = await get<{ series: unknown[] }>('metrics/query_range', { ...range, q, step: '20s' })
      const zeros = (counts: number[]) =>
        counts.map((value, i) => ({ timestampMs: String(shopStartMs + i * 20_000), value }))
      expect(series).toEqual([
        {
          labels: [{ key: 'resource.service.name', value: { stringValue: 'cart' } }],
          promLabels: '{"resource.service.name"="cart"}',
          samples: zeros([1, 0, 0]),
        },
        {
          labels: [{ key: 'resource.service.name', value: { stringValue: 'web' } }],
          promLabels: '{"resource.service.name"="web"}',
          samples: zeros([1, 1, 0]),
        },
      ])
    })

    it('names spans that stand for others of their series', async () => {
      const exemplars = async (q: string, more: Record<string, string> = {}) => {
        const { series } = await get<{ series: { promLabels: string; exemplars?: Exemplar[] }[] }>(
          'metrics/query_range',
          { ...range, q, step: '20s', ...more },
        )
        return series.map(one => [
          one.promLabels,
          (one.exemplars ?? []).map(({ labels, value, timestampMs }) => [
            labels[0],
            value,
            Number(timestampMs) - shopStartMs,
          ]),
        ])
      }
      const of = (id: string) => ({ key: 'trace:id', value: { stringValue: id } })
      const q = '{ kind = server } | max_over_time(duration) by (resource.service.name)'
      const all = [
        ['{"resource.service.name"="cart"}', [[of(failedId), 0.3, expect.any(Number)]]],
        [
          '{"resource.service.name"="web"}',
          [
            [of(failedId), 0.5, 1000],
            [of(plainId), 0.02, 20_000],
          ],
        ],
      ]
      expect(await exemplars(q, { exemplars: '100' })).toEqual(all)
      expect(await exemplars(`${q} with (exemplars=true)`)).toEqual(all)
      expect(await exemplars('{ kind = server && rootName != "" } | rate()', { exemplars: '1' })).toEqual([
        ['{__name__="rate"}', [[expect.anything(), expect.any(Number), expect.any(Number)]]],
      ])
      for (const query of [q, `${q} with (exemplars=false)`])
        expect((await exemplars(query)).map(([, found]) => found)).toEqual([[], []])
    })

    it('makes one value of a range', async () => {
      const instant = async (q: string) =>
        (await get<{ series: Record<string, unknown>[] }>('metrics/query', { ...range, q })).series
      expect(await instant('{} | rate()')).toEqual([
        {
          labels: [{ key: '__name__', value: { stringValue: 'rate' } }],
          promLabels: '{__name__="rate"}',
          value: 5 / 60,
        },
      ])
      expect((await instant('{ kind = server } >> {} | max_over_time(duration)'))[0]?.['value']).toBe(0.4)
      expect(await instant('{} | quantile_over_time(duration, .5)')).toEqual([
        { labels: [{ key: 'p', value: { doubleValue: 0.5 } }], promLabels: '{p="0.5"}', value: 0.3 },
      ])
      const compared = await instant('{} | compare({ status = error }, 2)')
      expect(compared).toContainEqual({
        labels: [
          { key: '__meta_type', value: { stringValue: 'selection' } },
          { key: 'span.http.route', value: { stringValue: '/checkout' } },
        ],
        promLabels: '{__meta_type="selection", "span.http.route"="/checkout"}',
        value: 1,
      })
    })

    it('answers what data sources ask first', async () => {
      const text = async (path: string) => (await (await scene.request(`/tempo/${path}`)).text()).trim()
      expect(await text('api/echo')).toBe('echo')
      expect(await text('ready')).toBe('ready')
      expect(await text('api/ready')).toBe('ready')
      expect(await get('status/buildinfo')).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      })
    })

    it.each([
      ['traces/abc', 404, 'trace not found'],
      ['v2/traces/abc', 404, 'trace not found'],
      ['traces/xyz', 400, 'hex characters'],
      ['search?q=%7B', 400, 'invalid TraceQL query: parse error at line 1, col 2'],
      ['search?limit=x', 400, 'invalid limit'],
      ['search?limit=0', 400, 'must be a positive number'],
      ['search?start=20&end=10', 400, 'start must be before end'],
      ['search?tags=a', 400, 'tags'],
      ['v2/search/tags?scope=x', 400, 'invalid scope'],
      ['metrics/query_range?q=%7B%7D', 400, 'makes no series'],
      ['metrics/query_range', 400, 'invalid q'],
      ['nothing', 404, 'there is no'],
    ])('refuses %s in plain text', async (path, status, message) => {
      const response = await scene.request(`/tempo/api/${path}`)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        status,
        expect.stringContaining('text/plain'),
      ])
      expect(await response.text()).toContain(message)
    })
  },
)
