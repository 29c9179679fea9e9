import { logs, metrics, SeverityNumber, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import fluent from 'fluent-logger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import type { LogLine, MetricsAnswer } from '../../query/index.ts'
import { createStoreClient } from '../../store/index.ts'
import { type Stack, searchLogs, startStack, until } from './stack.ts'

/** The package's types give the class as an instance. */
const EventTime = fluent.EventTime as unknown as new (seconds: number, nanoseconds: number) => Date

let stack: Stack
let otlp: string

async function find(query: string, count = 1): Promise<LogLine[]> {
  let found: LogLine[] = []
  await until(
    async () => {
      found = (await searchLogs(stack, { query, start: '0', end: 'now+1h' })).logs
      return found.length >= count
    },
    20_000,
    () => stack.output(),
  )
  return found
}

describe('real clients', () => {
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: 127.0.0.1:0}, {type: forward, listen: 127.0.0.1:0}]',
      'telemetry.enabled=false',
    ])
    otlp = `http://${stack.address('agent', 'otlpHttp')}`
  }, 60_000)

  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  it("OpenTelemetry's SDK: a log record comes back with all that was in it", async () => {
    const sdk = new NodeSDK({
      resource: resourceFromAttributes({
        'service.name': 'checkout',
        'host.name': 'h7',
        'deployment.environment': 'test',
      }),
      autoDetectResources: false,
      logRecordProcessors: [
        new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${otlp}/v1/logs` }) }),
      ],
      metricReaders: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({ url: `${otlp}/v1/metrics` }),
        }),
      ],
      traceExporter: new OTLPTraceExporter({ url: `${otlp}/v1/traces` }),
    })
    sdk.start()
    const seconds = Math.floor(Date.now() / 1000)
    logs.getLogger('orders').emit({
      timestamp: [seconds, 123_456_789],
      severityNumber: SeverityNumber.ERROR2,
      severityText: 'Error',
      body: 'payment refused 😀',
      attributes: { 'order.id': 42, retried: true, 'http.route': '/pay' },
    })
    const counter = metrics.getMeter('orders').createCounter('orders.placed', { unit: '{order}' })
    counter.add(3, { kind: 'gift' })
    const span = trace.getTracer('orders').startSpan('pay')
    span.setAttribute('amount', 12.5)
    span.end()
    const { traceId } = span.spanContext()
    await sdk.shutdown()
    for (const api of [logs, metrics, trace]) api.disable()

    const [line] = await find('{service="checkout"}')
    expect(line).toMatchObject({
      timestamp: `${seconds}123456789`,
      body: 'payment refused 😀',
      level: 'error',
      severity: 'Error',
      service: 'checkout',
      host: 'h7',
      attributes: { 'order.id': '42', retried: 'true', 'http.route': '/pay' },
    })
    expect(line?.resource['deployment.environment']).toBe('test')
    await expectSpan(traceId)
    await expectMetric()
  }, 40_000)

  it('fluent-logger: records come back with tag, severity and exact time', async () => {
    const [host, port] = stack.address('agent', 'forward').split(':') as [string, string]
    const sender = fluent.createFluentSender('shop', {
      host,
      port: Number(port),
      timeout: 3,
      requireAckResponse: true,
      ackResponseTimeout: 10_000,
    })
    const seconds = Math.floor(Date.now() / 1000) - 5
    const time = new EventTime(seconds, 987_654_321)
    await new Promise<void>((resolve, reject) => {
      sender.emit('cart', { message: 'cart emptied', level: 'warn', user: 'ada', items: 3 }, time, error =>
        error === undefined || error === null ? resolve() : reject(error),
      )
    })
    sender.end('', {}, () => undefined)
    const [line] = await find('"cart emptied"'.replaceAll('"', ''))
    expect(line).toMatchObject({
      timestamp: `${seconds}987654321`,
      body: 'cart emptied',
      level: 'warn',
      attributes: { user: 'ada', items: '3' },
    })
    expect(line?.service).toContain('shop')
  }, 40_000)

  it('live tail hands a line on as it comes in, and only what matches', async () => {
    const abort = new AbortController()
    const query = new URLSearchParams({ query: '{service="tailed"} |= "wanted"' })
    const response = await fetch(`${stack.url}/api/logs/tail?${query}`, { signal: abort.signal })
    const texts: string[] = []
    const reading = (async () => {
      for await (const chunk of response.body ?? []) texts.push(Buffer.from(chunk).toString())
    })().catch(() => undefined)
    await until(() => texts.join('').includes('event: heartbeat'), 10_000)
    await postLogs('tailed', ['other line', 'the wanted line'])
    await until(() => texts.join('').includes('the wanted line'), 10_000)
    expect(texts.join('')).not.toContain('other line')
    abort.abort()
    await reading
  }, 30_000)

  it('says up to when an answer is complete', async () => {
    await until(async () => {
      const { completeTo, missingHosts } = await searchLogs(stack, {})
      return (
        completeTo !== null && missingHosts.length === 0 && Date.now() - Number(completeTo) / 1e6 < 15_000
      )
    }, 30_000)
  }, 40_000)
})

async function postLogs(service: string, bodies: string[]): Promise<void> {
  const logRecords = bodies.map(text => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body: { stringValue: text },
  }))
  const attributes = [{ key: 'service.name', value: { stringValue: service } }]
  const response = await fetch(`${otlp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }),
  })
  expect(response.status).toBe(200)
}

async function expectSpan(traceId: string): Promise<void> {
  const client = await createStoreClient(parseConfig('', { set: stack.arguments.filter(a => a !== '--set') }))
  try {
    const ask = async () => {
      const result = await client.query({
        query: `SELECT SpanName AS name, SpanAttributes['amount'] AS amount, ServiceName AS service FROM otel_traces WHERE TraceId = {traceId:String}`,
        query_params: { traceId },
        format: 'JSONEachRow',
      })
      return await result.json<{ name: string; amount: string; service: string }>()
    }
    await until(async () => (await ask()).length > 0, 20_000)
    expect(await ask()).toEqual([{ name: 'pay', amount: '12.5', service: 'checkout' }])
  } finally {
    await client.close()
  }
}

async function expectMetric(): Promise<void> {
  const query = new URLSearchParams({
    query: 'orders_placed_total',
    start: 'now-1m',
    end: 'now+1m',
    step: '10s',
  })
  let answer: MetricsAnswer | undefined
  await until(async () => {
    answer = (await (await fetch(`${stack.url}/api/metrics/query?${query}`)).json()) as MetricsAnswer
    return answer.series.length > 0
  }, 20_000)
  expect(answer?.series[0]?.labels).toMatchObject({ service: 'checkout', kind: 'gift' })
  expect(answer?.series[0]?.values.find(value => value !== null)).toBe(3)
}
