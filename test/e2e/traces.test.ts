import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceGraphAnswer, TraceAnswer, TracesAnswer } from '../../query/index.ts'
import { run, type Stack, startStack, until } from './stack.ts'

describe("spans of OpenTelemetry's SDK", () => {
  let stack: Stack
  let traceId = ''
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
      'telemetry.enabled=false',
    ])
    traceId = await checkout(`http://${stack.address('agent', 'otlpHttp')}/v1/traces`)
    await until(
      async () => (await json<TraceAnswer>(`/api/traces/${traceId}`))?.spans?.length === 4,
      30_000,
      () => stack.output(),
    )
  }, 90_000)
  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  async function json<T>(path: string): Promise<T> {
    return (await (await fetch(`${stack.url}${path}`)).json()) as T
  }

  it('make one trace over two services', async () => {
    const found = await json<TraceAnswer>(`/api/traces/${traceId}`)
    expect(found.spans.map(({ depth, service, name, kind }) => [depth, service, name, kind])).toEqual([
      [0, 'shop', 'POST /checkout', 'server'],
      [1, 'shop', 'reserve', 'client'],
      [2, 'stock', 'Reserve', 'server'],
      [3, 'stock', 'SELECT', 'client'],
    ])
    expect(found).toMatchObject({ rootService: 'shop', errorCount: 1, warnings: [] })
    expect(found.spans[2]).toMatchObject({
      status: 'error',
      statusMessage: 'none left',
      attributes: { amount: '2', gift: 'true' },
      events: [{ name: 'exception', attributes: { 'exception.message': 'none left' } }],
    })
    expect(found.criticalPath.length).toBeGreaterThan(3)
  })

  it('are found by all three APIs', async () => {
    const query = encodeURIComponent('{ kind = server } >> { status = error && span.amount = 2 }')
    const native = await json<TracesAnswer>(`/api/traces?query=${query}`)
    expect(native.traces.map(one => [one.traceId, one.spanCount, one.matched])).toEqual([[traceId, 4, 1]])
    const jaeger = await json<{ data: { traceID: string; spans: unknown[] }[] }>(
      '/jaeger/api/traces?service=stock&tags=%7B%22error%22%3A%22true%22%7D',
    )
    expect(jaeger.data.map(one => [one.traceID, one.spans.length])).toEqual([[traceId, 4]])
    const tempo = await json<{ traces: { traceID: string; rootServiceName: string }[] }>(
      `/tempo/api/search?q=${query}`,
    )
    expect(tempo.traces).toMatchObject([{ traceID: traceId, rootServiceName: 'shop' }])
    const protobuf = await fetch(`${stack.url}/tempo/api/v2/traces/${traceId}`, {
      headers: { accept: 'application/protobuf' },
    })
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([200, 'application/protobuf'])
  })

  it('tell who calls whom', async () => {
    const { edges } = await json<ServiceGraphAnswer>('/api/traces/graph')
    expect(edges.map(({ client, server, kind, calls }) => [client, server, kind, calls])).toEqual([
      ['shop', 'stock', 'service', 1],
      ['stock', 'mysql', 'database', 1],
    ])
  })

  it.each(['/jaeger', '/jaeger/', '/jaeger/api/none', '/tempo', '/tempo/', '/tempo/api/none'])(
    '%s is not the page',
    async path => {
      expect((await fetch(`${stack.url}${path}`)).status).toBe(404)
    },
  )

  it('are shown on the shell', async () => {
    const listed = await run(['traces', '--service', 'stock', '--min-duration', '1ms', ...stack.arguments])
    expect([listed.code, listed.stderr]).toEqual([0, ''])
    expect(listed.stdout).toMatch(new RegExp(`^start .*\n\\S+ +${traceId} .* shop: POST /checkout\n$`))
    const shown = await run(['traces', traceId, ...stack.arguments])
    expect(shown.stdout).toMatch(/4 spans, 1 error\nshop 2, stock 2\n\n/)
    expect(shown.stdout).toMatch(/^! {5}stock: Reserve +[█ ]+ +\d+(\.\d+)? ms$/m)
    const lines = (await run(['traces', '{ status = error }', '--json', ...stack.arguments])).stdout
      .trim()
      .split('\n')
    expect(lines.map(line => (JSON.parse(line) as { traceId: string }).traceId)).toEqual([traceId])
    const none = await run(['traces', '--service', 'none', ...stack.arguments])
    expect([none.code, none.stdout, none.stderr]).toEqual([
      0,
      '',
      'millrace: no such traces in the last 1 h: a longer --since looks further back\n',
    ])
    const wrong = await run(['traces', '{ durration > 1s }', ...stack.arguments])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('line 1, column 3')])
    const unknown = await run(['traces', 'ab'.repeat(16), ...stack.arguments])
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('there is no trace')])
  }, 60_000)
})

const startMs = Date.now() - 5_000
const at = (ms: number) => new Date(startMs + ms)
const below = (span: Span) => trace.setSpanContext(ROOT_CONTEXT, span.spanContext())

/** A shop asks its stock, which asks a database and fails. Returns the trace's id. */
async function checkout(url: string): Promise<string> {
  const call = await asService('shop', url, shop => {
    const root = shop.startSpan('POST /checkout', { kind: SpanKind.SERVER, startTime: at(0) }, ROOT_CONTEXT)
    const reserve = shop.startSpan('reserve', { kind: SpanKind.CLIENT, startTime: at(5) }, below(root))
    reserve.end(at(35))
    root.end(at(40))
    return reserve
  })
  await asService('stock', url, stock => {
    const serve = stock.startSpan('Reserve', { kind: SpanKind.SERVER, startTime: at(10) }, below(call))
    const select = stock.startSpan('SELECT', { kind: SpanKind.CLIENT, startTime: at(12) }, below(serve))
    select.setAttribute('db.system.name', 'mysql')
    select.end(at(20))
    serve.setAttributes({ amount: 2, gift: true })
    serve.recordException(new Error('none left'), at(21))
    serve.setStatus({ code: SpanStatusCode.ERROR, message: 'none left' })
    serve.end(at(30))
  })
  return call.spanContext().traceId
}

async function asService<T>(name: string, url: string, work: (tracer: Tracer) => T): Promise<T> {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': name }),
    autoDetectResources: false,
    traceExporter: new OTLPTraceExporter({ url }),
  })
  sdk.start()
  const made = work(trace.getTracer('test', '1.0'))
  await sdk.shutdown()
  trace.disable()
  return made
}
