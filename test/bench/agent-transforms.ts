import { z } from 'zod'
import { LineParser } from '../../agent/lines/line-parser.ts'
import { utc } from '../../agent/lines/time/zone.ts'
import { RecordDraft } from '../../agent/records/draft.ts'
import { noFilter, type RecordFilter } from '../../agent/records/filter.ts'
import { originOf } from '../../agent/records/origin.ts'
import { RequestWriter } from '../../agent/records/request-writer.ts'
import { transformsConfig } from '../../agent/transforms/config.ts'
import { Pipeline } from '../../agent/transforms/pipeline.ts'
import { systemClock } from '../../lib/base/index.ts'
import type { BenchRow } from './types.ts'

const lineCount = 100_000
const rounds = 6
const requestBytes = 500_000

const rules: Readonly<Record<string, unknown>> = {
  'redact four kinds': [{ type: 'redact', kinds: ['card', 'email', 'bearer', 'cloud'] }],
  'drop by a text': [{ type: 'drop', where: '|= "healthz"' }],
  'drop by a field': [{ type: 'drop', where: 'status < 100' }],
  'throttle by service': [{ type: 'throttle', perSecond: 1e9, key: 'service' }],
  'dedupe by the line': [{ type: 'dedupe' }],
  'set an attribute': [{ type: 'set', fields: { team: 'x-{{service}}' } }],
}

/** What rules cost on top of reading JSON lines and writing OTLP, which is the floor: CPU time of this process. */
export function run(): Promise<BenchRow[]> {
  const data = Buffer.from(Array.from({ length: lineCount }, (_, i) => jsonLine(i)).join(''))
  measure(data, noFilter)
  const floor = measure(data, noFilter)
  const rows = Object.entries(rules).map(([name, config]) => {
    const pipeline = new Pipeline(z.parse(transformsConfig, config), {
      clock: systemClock,
      random: Math.random,
      hostName: 'bench',
      environment: {},
      readFile: () => undefined,
    })
    const figure = measure(data, pipeline.filter())
    return { name: `rules: ${name}`, figure, floor, unit: 'CPU-s/GB', ratio: figure / floor }
  })
  return Promise.resolve(rows)
}

/** CPU seconds for a GB, the best of some rounds. */
function measure(data: Buffer, filter: RecordFilter): number {
  const draft = new RecordDraft()
  draft.origin = originOf({ service: 'bench', host: 'bench', scope: 'bench' })
  const parser = new LineParser(draft, 'auto', utc, () => 0)
  const out = new RequestWriter()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    out.open(Buffer.alloc(0), 0)
    for (let start = 0; start < data.length; ) {
      const end = data.indexOf(0x0a, start)
      parser.read(data, start, end, true, false)
      if (filter.apply(draft)) out.add(draft)
      if (out.length > requestBytes) {
        out.reuse(out.close())
        out.open(Buffer.alloc(0), 0)
      }
      start = end + 1
    }
    out.reuse(out.close())
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1e6 / (data.length / 1e9))
  }
  return best
}

/** Some 340 bytes, as services log them. */
function jsonLine(i: number): string {
  const hash = (Math.imul(i + 1, 0x9e37_79b1) >>> 0).toString(16).padStart(8, '0')
  return `${JSON.stringify({
    time: new Date(1_795_885_646_000 + i * 9).toISOString(),
    level: ['info', 'info', 'info', 'warn', 'debug'][i % 5],
    service: ['gateway', 'checkout', 'catalog', 'search'][i % 4],
    host: `web-${hash.slice(0, 6)}`,
    version: `2.${i % 30}.1`,
    trace_id: hash.repeat(4),
    span_id: hash.repeat(2),
    message: `order ${i} accepted for customer ${i * 7}`,
    method: 'POST',
    path: `/api/v1/orders/${i}`,
    status: [200, 201, 404][i % 3],
    duration_ms: (i % 977) / 10,
    user_id: i % 100_000,
  })}\n`
}
