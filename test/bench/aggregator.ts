import { PatternTable } from '../../aggregator/patterns/table.ts'
import { RangeBlocks, type Signal } from '../../aggregator/range/blocks.ts'
import { defaultSettings } from '../../aggregator/range/settings.ts'
import { RecordPosition } from '../../aggregator/rows/position.ts'
import {
  ItemReader,
  jsonToProtobuf,
  LogRecordReader,
  nanosOfMs,
  writeLogsRequest,
} from '../../lib/otlp/index.ts'
import type { BenchRow } from './types.ts'

const runs = 7
const startMs = 1_763_862_000_000

/**
 * OTLP requests to Native blocks of every table, rollups included, on one core and without the engine. The floor is
 * walking over the same bytes without keeping anything.
 */
export function run(): Promise<BenchRow[]> {
  const logs = logRequests(200, 500)
  const samples = metricRequests(50, 1000)
  const rows: BenchRow[] = [
    row('aggregator: log records to blocks', 'rows/s', build('logs', logs), walk(logs)),
    row('aggregator: metric points to blocks', 'samples/s', build('metrics', samples), undefined),
    templates(),
  ]
  return Promise.resolve(rows)
}

function row(name: string, unit: string, figure: Measured, floor: number | undefined): BenchRow {
  const notes = `${figure.inputBytes.toFixed(0)} bytes in, ${figure.blockBytes.toFixed(0)} bytes out per row`
  return floor === undefined
    ? { name, figure: figure.rate, unit, notes }
    : { name, figure: figure.rate, unit, floor, ratio: figure.rate / floor, notes }
}

/** Templates of messages by themselves: a part of what log records cost. */
function templates(): BenchRow {
  const messages = Array.from({ length: 100_000 }, (_, n) => Buffer.from(line(n).body))
  const table = new PatternTable()
  const rates = Array.from({ length: runs }, () => {
    const started = performance.now()
    for (const message of messages) table.intern(message, 0, message.length)
    return messages.length / ((performance.now() - started) / 1000)
  })
  const bytes = messages.reduce((sum, { length }) => sum + length, 0) / messages.length
  const notes = `${bytes.toFixed(0)} bytes with five numbers each`
  return { name: 'aggregator: messages to templates', figure: median(rates), unit: 'lines/s', notes }
}

interface Measured {
  rate: number
  inputBytes: number
  blockBytes: number
}

function build(signal: Signal, requests: readonly Buffer[]): Measured {
  const blocks = new RangeBlocks(signal, defaultSettings)
  const rates: number[] = []
  let count = 0
  let bytes = 0
  for (let i = 0; i < runs; i++) {
    blocks.clear()
    const started = performance.now()
    for (const [offset, request] of requests.entries())
      blocks.add(request, new RecordPosition('bench', 0, offset, startMs, 'agent'))
    count = blocks.rows
    bytes = blocks
      .finish()
      .reduce((sum, block) => sum + block.pieces.reduce((n, piece) => n + piece.length, 0), 0)
    rates.push(count / ((performance.now() - started) / 1000))
  }
  const input = requests.reduce((sum, request) => sum + request.length, 0)
  return { rate: median(rates), inputBytes: input / count, blockBytes: bytes / count }
}

function walk(requests: readonly Buffer[]): number {
  const items = new ItemReader()
  const record = new LogRecordReader()
  const rates: number[] = []
  for (let i = 0; i < runs; i++) {
    let count = 0
    const started = performance.now()
    for (const request of requests) {
      items.reset(request)
      while (items.next()) {
        record.read(request, items.itemStart, items.itemEnd)
        count++
      }
    }
    rates.push(count / ((performance.now() - started) / 1000))
  }
  return median(rates)
}

/** Lines as a parsed JSON log has them, of about 340 bytes. */
function logRequests(requests: number, lines: number): Buffer[] {
  return Array.from({ length: requests }, (_, r) => {
    const resource = {
      'service.name': `service-${r % 24}`,
      'host.name': `host-${r % 111}`,
      'os.type': 'linux',
    }
    return writeLogsRequest(
      { resource, scope: 'bench' },
      Array.from({ length: lines }, (_, i) => line(r * lines + i)),
    )
  })
}

function line(n: number) {
  const [severityNumber, severityText] = n % 12 === 0 ? [17, 'error'] : [9, 'info']
  return {
    time: nanosOfMs(startMs + n),
    observed: nanosOfMs(startMs + n + 5),
    severityNumber: severityNumber as number,
    severityText: severityText as string,
    body: `GET /api/v1/cart/${n % 5000} answered in ${(n * 7) % 900} ms for user ${(n * 31) % 7777} from 10.0.${n % 256}.7`,
    attributes: {
      'http.method': 'GET',
      'http.route': '/api/v1/cart/{id}',
      'http.status_code': 200,
      'user.id': String(n * 31),
      duration_ms: (n * 7) % 900,
    },
    traceId: (n * 7919).toString(16).padStart(32, 'a'),
    spanId: (n * 104_729).toString(16).padStart(16, 'b'),
  }
}

/** The same thousand series again and again, as exporters send them. */
function metricRequests(requests: number, series: number): Buffer[] {
  const attributes = (values: Record<string, string>) =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  return Array.from({ length: requests }, (_, r) => {
    const timeUnixNano = `${startMs + r * 15_000}000000`
    const dataPoints = Array.from({ length: series }, (_, i) => ({
      timeUnixNano,
      asDouble: (i * 31 + r) % 977,
      attributes: attributes({
        'http.route': `/route/${i % 100}`,
        'http.status_code': String(200 + (i % 10)),
      }),
    }))
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints }
    const scopeMetrics = [{ metrics: [{ name: 'http.server.requests', unit: '{request}', sum }] }]
    const resource = { attributes: attributes({ 'service.name': 'web', 'host.name': 'h1' }) }
    return jsonToProtobuf('metrics', JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] }))
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
