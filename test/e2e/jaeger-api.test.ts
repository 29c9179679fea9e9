import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'
import { failedId, plainId, shopStartMs, shopTraces } from './shop-traces.ts'

const reason = storeUnavailable()
const micros = (ms: number) => (shopStartMs + ms) * 1000
const range = { start: String(micros(0)), end: String(micros(60_000)) }

interface JaegerTrace {
  traceID: string
  spans: Record<string, unknown>[]
  processes: Record<string, { serviceName: string; tags: unknown[] }>
}

describe.skipIf(reason !== undefined)(
  `Jaeger's query API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      await scene.insert('traces', shopTraces)
    }, 30_000)
    afterAll(() => scene?.close())

    const get = async (path: string, parameters: Record<string, string> = {}) =>
      await scene.get(`/jaeger/api/${path}`, parameters)
    async function data<T = unknown>(path: string, parameters: Record<string, string> = {}): Promise<T> {
      const { status, body } = await get(path, parameters)
      expect([status, body['errors']]).toEqual([200, null])
      expect(Object.keys(body).sort()).toEqual(['data', 'errors', 'limit', 'offset', 'total'])
      return body['data'] as T
    }
    const found = async (parameters: Record<string, string>) =>
      (await data<JaegerTrace[]>('traces', { ...range, ...parameters })).map(({ traceID }) => traceID)

    it('knows services and operations', async () => {
      expect(await get('services')).toEqual({
        status: 200,
        body: { data: ['cart', 'web'], total: 2, limit: 0, offset: 0, errors: null },
      })
      expect(await data('services/web/operations')).toEqual(['GET /', 'POST /checkout', 'pay'])
      expect(await data('operations', { service: 'web' })).toEqual([
        { name: 'GET /', spanKind: 'server' },
        { name: 'POST /checkout', spanKind: 'server' },
        { name: 'pay', spanKind: 'client' },
      ])
      expect(await data('operations', { service: 'web', spanKind: 'client' })).toEqual([
        { name: 'pay', spanKind: 'client' },
      ])
    })

    it('gives a trace as Jaeger has it', async () => {
      const [trace] = await data<JaegerTrace[]>(`traces/${failedId}`)
      expect(trace?.processes).toEqual({
        p1: {
          serviceName: 'web',
          tags: [
            { key: 'host.name', type: 'string', value: 'h1' },
            { key: 'region', type: 'string', value: 'eu' },
          ],
        },
        p2: { serviceName: 'cart', tags: expect.any(Array) },
      })
      expect(trace?.spans[0]).toEqual({
        traceID: failedId,
        spanID: '00000000000000a1',
        operationName: 'POST /checkout',
        references: [],
        flags: 1,
        startTime: micros(1_000),
        duration: 500_000,
        tags: [
          { key: 'http.route', type: 'string', value: '/checkout' },
          { key: 'http.status_code', type: 'int64', value: 500 },
          { key: 'cached', type: 'bool', value: false },
          { key: 'ratio', type: 'float64', value: 0.25 },
          { key: 'span.kind', type: 'string', value: 'server' },
          { key: 'otel.status_code', type: 'string', value: 'ERROR' },
          { key: 'error', type: 'bool', value: true },
          { key: 'otel.status_description', type: 'string', value: 'card refused' },
          { key: 'otel.scope.name', type: 'string', value: 'tracer' },
          { key: 'otel.scope.version', type: 'string', value: '1.2' },
          { key: 'otel.scope.library', type: 'string', value: 'http' },
        ],
        logs: [],
        processID: 'p1',
        warnings: null,
      })
      const pay = trace?.spans.find(span => span['operationName'] === 'Pay')
      expect(pay).toMatchObject({
        references: [{ refType: 'CHILD_OF', traceID: failedId, spanID: '00000000000000a2' }],
        logs: [
          {
            timestamp: micros(1_200),
            fields: [
              { key: 'event', type: 'string', value: 'exception' },
              { key: 'exception.type', type: 'string', value: 'CardError' },
            ],
          },
        ],
        processID: 'p2',
      })
    })

    it.each([
      [{ service: 'web' }, [plainId, failedId]],
      [{ service: 'web', limit: '1' }, [plainId]],
      [{ service: 'web', operation: 'POST /checkout' }, [failedId]],
      [{ service: 'web', tags: '{"http.status_code":"200"}' }, [plainId]],
      [{ service: 'web', tags: '{"error":"true"}' }, [failedId]],
      [{ service: 'web', tag: 'http.route:/' }, [plainId]],
      [{ service: 'web', minDuration: '450ms' }, [failedId]],
      [{ service: 'web', maxDuration: '20ms' }, [plainId]],
      [{ service: 'cart', tags: '{"otel.scope.name":"tracer","otel.scope.library":"http"}' }, [failedId]],
      [{ service: 'cart', tags: '{"otel.scope.version":"9"}' }, []],
      [{ service: 'cart', tags: '{"db.system":"postgresql","span.kind":"client"}' }, [failedId]],
      [{ service: 'none' }, []],
      [{ traceID: plainId }, [plainId]],
    ])('searches by %j', async (parameters, expected) => {
      expect(await found(parameters as Record<string, string>)).toEqual(expected)
    })

    it('takes several ids', async () => {
      const response = await scene.request(`/jaeger/api/traces?traceID=${failedId}&traceID=${plainId}`)
      const body = (await response.json()) as { data: JaegerTrace[] }
      expect(body.data.map(({ traceID }) => traceID)).toEqual([failedId, plainId])
    })

    it('knows who depends on whom', async () => {
      const parameters = { endTs: String(shopStartMs + 60_000), lookback: '3600000' }
      expect(await data('dependencies', parameters)).toEqual([{ parent: 'web', child: 'cart', callCount: 1 }])
    })

    it.each([
      ['traces/abc', {}, 404, 'trace not found'],
      ['traces/xyz', {}, 400, 'not hexadecimal'],
      ['traces', {}, 400, "parameter 'service' is required"],
      ['traces', { service: 'web', tags: '[1]' }, 400, "malformed 'tags' parameter"],
      ['traces', { service: 'web', tags: '{' }, 400, "malformed 'tags' parameter"],
      ['traces', { service: 'web', minDuration: 'x' }, 400, 'minDuration'],
      [
        'traces',
        { service: 'web', minDuration: '2s', maxDuration: '1s' },
        400,
        "'maxDuration' should be greater",
      ],
      ['traces', { service: 'web', limit: '0' }, 400, 'it must be at least 1'],
      ['traces', { service: 'web', limit: '-1' }, 400, "'-1' is no whole number"],
      ['traces', { service: 'web', start: '2', end: '1' }, 400, 'start must be before end'],
      ['traces', { service: 'web', start: 'x' }, 400, "'start'"],
      ['operations', {}, 400, "parameter 'service' is required"],
      ['nothing', {}, 404, 'there is no'],
    ])('refuses %s %j in its own form', async (path, parameters, code, message) => {
      const { status, body } = await get(path, parameters as Record<string, string>)
      expect([status, body]).toEqual([
        code,
        {
          data: null,
          total: 0,
          limit: 0,
          offset: 0,
          errors: [{ code, msg: expect.stringContaining(message) }],
        },
      ])
    })

    it('has the newer API, too', async () => {
      expect((await get('v3/services')).body).toEqual({ services: ['cart', 'web'] })
      expect((await get('v3/operations', { service: 'cart' })).body).toEqual({
        operations: [
          { name: 'Pay', spanKind: 'server' },
          { name: 'SELECT', spanKind: 'client' },
        ],
      })
      const { body } = await get(`v3/traces/${plainId}`)
      expect(body).toMatchObject({
        result: {
          resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: plainId, name: 'GET /', kind: 2 }] }] }],
        },
      })
      const search = await get('v3/traces', {
        'query.service_name': 'cart',
        'query.start_time_min': new Date(shopStartMs).toISOString(),
        'query.start_time_max': new Date(shopStartMs + 60_000).toISOString(),
      })
      expect(JSON.stringify(search.body)).toContain(failedId)
      expect((await get('v3/traces/abc')).status).toBe(404)
      expect((await get('v3/traces', { 'query.search_depth': 'x' })).status).toBe(400)
    })
  },
)
