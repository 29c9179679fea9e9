import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesOf } from '../../query/rules/language.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'
import { failedId, nanos, plainId, shopLogs, shopTraces } from './shop-traces.ts'

const reason = storeUnavailable()
const range = { start: nanos(0), end: nanos(60_000) }
const frame = {
  completeTo: null,
  missingHosts: [],
  cost: { ms: expect.any(Number), rows: expect.any(Number), bytes: expect.any(Number), rollup: null },
  warnings: [],
}

describe.skipIf(reason !== undefined)(
  `the native API of traces${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      await scene.insert('traces', shopTraces)
      await scene.insert('logs', shopLogs)
    }, 30_000)
    afterAll(() => scene?.close())

    async function get<T = Record<string, unknown>>(
      path: string,
      parameters: Record<string, string> = {},
      status = 200,
    ): Promise<T> {
      const answer = await scene.get(`/api/traces${path}`, parameters)
      expect([answer.status, status === 200 ? answer.body['detail'] : undefined]).toEqual([status, undefined])
      return answer.body as T
    }
    const ids = async (parameters: Record<string, string>) =>
      (await get<{ traces: { traceId: string }[] }>('', { ...range, ...parameters })).traces.map(
        t => t.traceId,
      )

    it('chooses the newest, or the slowest of all, in words and in stages', async () => {
      const durations = async (parameters: Record<string, string>) =>
        (await get<{ traces: { durationNs: number }[] }>('', { ...range, ...parameters })).traces.map(
          t => t.durationNs,
        )
      for (const query of ['{}', '{} | count() > 0']) {
        const all = await durations({ query, limit: '100' })
        expect(all.length).toBeGreaterThan(1)
        const slowest = all.toSorted((a, b) => b - a)
        expect(await durations({ query, limit: '100', order: 'slowest' })).toEqual(slowest)
        expect(await durations({ query, limit: '1', order: 'slowest' })).toEqual(slowest.slice(0, 1))
      }
    })

    it('shows one trace depth first, with its critical path', async () => {
      const trace = await get(`/${failedId.toUpperCase()}`)
      expect(trace).toMatchObject({
        ...frame,
        traceId: failedId,
        rootService: 'web',
        rootName: 'POST /checkout',
        hasRoot: true,
        start: nanos(1_000),
        durationNs: 500_000_000,
        spanCount: 4,
        errorCount: 2,
        services: [
          { service: 'web', spans: 2, errors: 1 },
          { service: 'cart', spans: 2, errors: 1 },
        ],
      })
      const spans = trace['spans'] as Record<string, unknown>[]
      expect(spans.map(span => [span['name'], span['depth']])).toEqual([
        ['POST /checkout', 0],
        ['pay', 1],
        ['Pay', 2],
        ['SELECT', 3],
      ])
      expect(spans[2]).toMatchObject({
        service: 'cart',
        kind: 'server',
        status: 'error',
        statusMessage: 'card refused',
        scope: { name: 'tracer', version: '1.2', attributes: { library: 'http' } },
        resource: { 'service.name': 'cart', 'host.name': 'h1', region: 'eu' },
        events: [{ time: nanos(1_200), name: 'exception', attributes: { 'exception.type': 'CardError' } }],
        links: [],
      })
      const path = trace['criticalPath'] as { spanId: string; durationNs: number }[]
      expect(path.map(({ spanId, durationNs }) => [spanId.slice(-2), durationNs / 1e6])).toEqual([
        ['a1', 50],
        ['a2', 50],
        ['a3', 50],
        ['a4', 100],
        ['a3', 150],
        ['a2', 50],
        ['a1', 50],
      ])
    })

    it('says how much of a trace is here', async () => {
      const trace = await get(`/${failedId}`, { limit: '2' })
      expect(trace).toMatchObject({
        spanCount: 4,
        warnings: ['the trace has 4 spans: the first 2 of them are here'],
      })
    })

    it('says what is wrong with an id', async () => {
      expect(await get('/nothing', {}, 400)).toMatchObject({ title: 'a parameter is wrong' })
      expect(await get('/abc', {}, 404)).toMatchObject({ status: 404 })
    })

    it.each([
      [{}, [plainId, failedId]],
      [{ service: 'cart' }, [failedId]],
      [{ operation: 'GET /' }, [plainId]],
      [{ minDuration: '450ms' }, [failedId]],
      [{ maxDuration: '20ms', service: 'web' }, [plainId]],
      [{ status: 'error' }, [failedId]],
      [{ attributes: 'http.status_code=200 region=eu' }, [plainId]],
      [{ text: 'CHECKOUT' }, [failedId]],
      [{ kind: 'client', text: 'postgres' }, [failedId]],
      [{ query: '{ event:name = "exception" }' }, [failedId]],
      [{ query: '{ kind = server } >> { kind = client }', service: 'web' }, [failedId]],
      [{ query: '{ status = error }', service: 'web' }, [failedId]],
      [{ query: '{ span.http.status_code < 300 }', limit: '1' }, [plainId]],
      [{ limit: '0' }, []],
      [{ service: 'none' }, []],
    ])('searches by %j', async (parameters, expected) => {
      expect(await ids(parameters as Record<string, string>)).toEqual(expected)
    })

    it('shows of a found trace what the query asks for', async () => {
      const { traces } = await get<{ traces: unknown[] }>('', {
        ...range,
        query: '{ span.http.status_code = 500 } | select(resource.region)',
      })
      expect(traces).toEqual([
        {
          traceId: failedId,
          rootService: 'web',
          rootName: 'POST /checkout',
          hasRoot: true,
          start: nanos(1_000),
          durationNs: 500_000_000,
          spanCount: 4,
          errorCount: 2,
          services: [
            { service: 'cart', spans: 2, errors: 1 },
            { service: 'web', spans: 2, errors: 1 },
          ],
          matched: 1,
          spans: [
            {
              spanId: '00000000000000a1',
              service: 'web',
              name: 'POST /checkout',
              start: nanos(1_000),
              durationNs: 500_000_000,
              status: 'error',
              fields: { 'span.http.status_code': '500', 'resource.region': 'eu' },
            },
          ],
        },
      ])
    })

    it('says where a query is wrong', async () => {
      expect(await get('', { query: '{ durration > 1s }' }, 400)).toMatchObject({
        position: { line: 1, column: 3 },
        suggestion: expect.stringContaining('duration'),
      })
      expect(await get('', { minDuration: 'long' }, 400)).toMatchObject({ status: 400 })
      expect(await get('', { attributes: 'a' }, 400)).toMatchObject({ status: 400 })
      expect(await get('', { query: '{} | rate()' }, 400)).toMatchObject({ status: 400 })
    })

    it('knows services and operations', async () => {
      expect(await get('/services', range)).toEqual({
        services: [
          { service: 'cart', spans: 2, errors: 1 },
          { service: 'web', spans: 3, errors: 1 },
        ],
        ...frame,
      })
      expect(await get('/operations', { ...range, service: 'cart' })).toEqual({
        operations: [
          { service: 'cart', name: 'Pay', kind: 'server', spans: 1, errors: 1 },
          { service: 'cart', name: 'SELECT', kind: 'client', spans: 1, errors: 0 },
        ],
        ...frame,
      })
    })

    it('draws who calls whom', async () => {
      const { edges } = await get<{ edges: Record<string, unknown>[] }>('/graph', range)
      expect(edges.map(({ p50Ns, p95Ns: _, p99Ns: __, ...edge }) => [edge, p50Ns])).toEqual([
        [{ client: 'cart', server: 'postgresql', kind: 'database', calls: 1, errors: 0 }, 100_000_000],
        [{ client: 'web', server: 'cart', kind: 'service', calls: 1, errors: 1 }, 300_000_000],
      ])
    })

    it('counts calls, errors and durations per step', async () => {
      const red = await get('/red', { ...range, step: '10s', by: 'operation', service: 'web' })
      expect(red).toMatchObject({ stepMs: 10_000, start: nanos(0), ...frame })
      const series = red['series'] as Record<string, unknown>[]
      expect(series.map(one => [one['operation'], one['calls'], one['errors'], one['p99Ns']])).toEqual([
        ['GET /', 1, 0, 20_000_000],
        ['POST /checkout', 1, 1, 500_000_000],
      ])
      const none = { calls: 0, errors: 0, p50Ns: null, p95Ns: null, p99Ns: null }
      expect(series[0]?.['steps']).toEqual([
        none,
        none,
        { calls: 1, errors: 0, p50Ns: 20_000_000, p95Ns: 20_000_000, p99Ns: 20_000_000 },
        none,
        none,
        none,
      ])
      const all = (await get('/red', range))['series'] as Record<string, unknown>[]
      expect(all.map(one => [one['service'], one['operation'], one['calls']])).toEqual([
        ['web', '', 2],
        ['cart', '', 1],
      ])
    })

    it('counts durations', async () => {
      const found = await get<{ buckets: Record<string, number>[]; steps: number[][] }>('/histogram', {
        ...range,
        step: '30s',
        service: 'web',
      })
      const full = found.buckets.filter(({ count }) => (count ?? 0) > 0)
      expect(full.map(({ fromNs, count, errors }) => [fromNs, count, errors])).toEqual([
        [20_000_000, 1, 0],
        [200_000_000, 1, 0],
        [500_000_000, 1, 1],
      ])
      expect(found.steps.length).toBe(2)
      expect(found.steps.map(counts => counts.reduce((a, b) => a + b, 0))).toEqual([3, 0])
      expect(await get('/histogram', { query: '{} > {}' }, 400)).toMatchObject({ status: 400 })
    })

    it('gives rules a number for each series of spans, of the window that they name', async () => {
      const ask = async (expr: string, afterMs: number) => {
        const atMs = Number(BigInt(nanos(afterMs)) / 1_000_000n)
        const question = { expr, atMs, tenant: scene.config.tenant }
        const samples = await samplesOf(scene.reader, 'traceql', question, AbortSignal.timeout(20_000))
        return samples.map(({ labels, value }) => ({
          labels,
          value: value * (expr.includes('rate') ? 300 : 1),
        }))
      }
      const counted = '{ status = error } | count_over_time() by (resource.service.name)'
      const [cart, web] = ['cart', 'web'].map(name => ({ labels: { resource_service_name: name }, value: 1 }))
      expect((await ask(counted, 60_000)).toSorted((a, b) => (a.labels < b.labels ? -1 : 1))).toEqual(
        expect.arrayContaining([cart, web]),
      )
      expect(await ask('{ status = error && resource.service.name = "web" } | rate() > 0', 60_000)).toEqual([
        { labels: expect.any(Object), value: expect.closeTo(1, 9) },
      ])
      expect(await ask(`${counted} > 1`, 60_000)).toEqual([])
      expect(await ask(`${counted} with (window=1s)`, 60_000)).toEqual([])
      expect(await ask(counted, 3_600_000)).toEqual([])
    })

    it('leads from a trace to its lines, and from a line to its trace', async () => {
      const { logs } = await get<{ logs: { body: string; traceId: string }[] }>(`/${failedId}/logs`)
      expect(logs.map(({ body }) => body)).toEqual(['card refused'])
      expect((await get<{ spans: unknown[] }>(`/${logs[0]?.traceId}`)).spans.length).toBe(4)
      const of = async (span: string) =>
        (await get<{ logs: unknown[] }>(`/${failedId}/logs`, { span })).logs.length
      expect([await of('00000000000000a3'), await of('00000000000000a1')]).toEqual([1, 0])
    })

    it('answers for a trace of a hundred thousand spans with some of them, and says so', async () => {
      const id = 'c'.repeat(32)
      await scene.client.command({
        query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, SpanAttributes, Duration, StatusCode, Tenant, RetentionDays)
          SELECT fromUnixTimestamp64Nano({start:Int64} + number), {id:String}, leftPad(lower(hex(number + 1)), 16, '0'),
            if(number = 0, '', '0000000000000001'), 'many', 'Internal', 'big', map('n', toString(number)), 1000, 'Unset', 'default', 30
          FROM numbers(100000)`,
        query_params: { start: nanos(40_000), id },
      })
      const trace = await get<{ spans: unknown[]; spanCount: number; warnings: string[] }>(`/${id}`)
      expect([trace.spans.length, trace.spanCount, trace.warnings]).toEqual([
        10_000,
        100_000,
        ['the trace has 100000 spans: the first 10000 of them are here'],
      ])
      expect(await ids({ service: 'big' })).toEqual([id])
      const deep = await get<{ traces: { spanCount: number }[]; warnings: string[] }>('', {
        ...range,
        query: '{ name = "many" } > { .n < 10 }',
      })
      expect([deep.traces[0]?.spanCount, deep.warnings]).toEqual([
        100_000,
        [`trace ${id} has 100000 spans: 5000 of them were looked at`],
      ])
      const jaeger = (await (await scene.request(`/jaeger/api/traces/${id}`)).json()) as {
        data: { spans: unknown[]; warnings: string[] }[]
      }
      expect([jaeger.data[0]?.spans.length, jaeger.data[0]?.warnings]).toEqual([
        20_000,
        ['the trace has 100000 spans: the first 20000 of them are here'],
      ])
      const tempo = (await (await scene.request(`/tempo/api/v2/traces/${id}`)).json()) as { status: string }
      expect(tempo.status).toBe('PARTIAL')
    })

    it('ends a question whose asker has gone', async () => {
      const abort = new AbortController()
      const asked = scene.request(`/api/traces?${new URLSearchParams(range)}`, { signal: abort.signal })
      abort.abort()
      await expect(asked.then(response => response.status)).resolves.not.toBe(200)
    })

    it('is measured by route, not by id', async () => {
      await get(`/${failedId}`)
      await get('/zz', {}, 400)
      const routes = [...scene.metrics.collect()]
        .filter(({ name }) => name === 'millrace.query.request.duration')
        .flatMap(({ series }) => [...series].map(({ labels }) => labels['route']))
      expect(routes).toEqual(expect.arrayContaining(['/api/traces', '/api/traces/:id', 'other']))
      expect(routes.filter(route => /[0-9a-z]{2,}z|0af/.test(route ?? ''))).toEqual([])
    })

    it('stands in the description of the API', async () => {
      const { paths } = (await scene.get('/api/openapi.json', {})).body as { paths: object }
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining([
          '/api/traces',
          '/api/traces/{id}',
          '/api/traces/{id}/logs',
          '/api/traces/services',
          '/api/traces/operations',
          '/api/traces/graph',
          '/api/traces/red',
          '/api/traces/histogram',
        ]),
      )
    })
  },
)
