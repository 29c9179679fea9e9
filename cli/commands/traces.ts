import type { TraceAnswer, TracesAnswer } from '../../query/index.ts'
import { type Call, type Command, exitDone } from '../command.ts'
import type { Config } from '../config.ts'
import { askJson } from '../http.ts'
import { printable } from '../printable.ts'
import { toJsonLine } from '../terminal/output.ts'
import { type Column, tableOptions, writeRows } from '../terminal/table.ts'
import { timeOptions, timeRange } from '../time-range.ts'
import { formatNs, waterfall } from '../waterfall.ts'

export const traces: Command = {
  name: 'traces',
  asksApi: true,
  summary: 'search traces, or show one as a waterfall',
  positionals: ['[ID | TRACEQL...]'],
  options: {
    service: { type: 'string', hint: 'NAME', description: 'with a span of this service' },
    operation: { type: 'string', hint: 'NAME', description: 'with a span of this name' },
    'min-duration': { type: 'string', hint: '100ms', description: 'with a span at least so long' },
    'max-duration': { type: 'string', hint: '1s', description: 'with a span at most so long' },
    status: { type: 'string', hint: 'error', description: 'with a span that ended so: error, ok or unset' },
    ...timeOptions(),
    limit: { type: 'string', hint: 'N', description: 'traces at most', default: '20' },
    ...tableOptions,
  },
  details:
    'An ID is 16 to 32 hexadecimal digits; all else is TraceQL. All conditions are of one span. The newest traces are chosen.',
  examples: [
    ['millrace traces --service web --min-duration 500ms', 'slow requests of the last hour'],
    [`millrace traces '{ status = error } >> { kind = client }' --since 6h`, 'TraceQL'],
    ['millrace traces 0af7651916cd43dd8448eb211c80319c', 'one trace: who waited for whom, and how long'],
    ['millrace traces --json --status error | jq -r .traceId', 'for a script'],
  ],
  run: runTraces,
}

async function runTraces(call: Call): Promise<number> {
  const config = await call.config()
  const [only = ''] = call.positionals
  const isId = call.positionals.length === 1 && /^[0-9a-f]{16,32}$/i.test(only)
  if (isId) await showTrace(call, config, only)
  else await searchTraces(call, config)
  return exitDone
}

async function showTrace(call: Call, config: Config, id: string): Promise<void> {
  const trace = await askJson<TraceAnswer>(config, `/api/traces/${id}`, {})
  if (call.flag('json')) {
    printJson(trace)
    return
  }
  const services = trace.services.map(({ service, spans }) => `${printable(service)} ${spans}`).join(', ')
  process.stdout.write(
    `${trace.traceId}  ${timeOf(trace.start)}  ${formatNs(trace.durationNs)}  ${counted(trace.spanCount, 'span')}, ${counted(trace.errorCount, 'error')}\n${services}\n\n`,
  )
  for (const line of waterfall(trace, process.stdout.columns ?? 120)) process.stdout.write(`${line}\n`)
  printWarnings(trace)
}

async function searchTraces(call: Call, config: Config): Promise<void> {
  const range = timeRange(call, Date.now())
  const found = await askJson<TracesAnswer>(config, '/api/traces', {
    query: call.positionals.join(' '),
    service: call.text('service'),
    operation: call.text('operation'),
    minDuration: call.text('min-duration'),
    maxDuration: call.text('max-duration'),
    status: call.text('status'),
    start: range.start,
    end: range.end,
    limit: String(call.number('limit')),
  })
  await writeRows(
    call,
    found.traces,
    columns,
    trace => trace,
    `no such traces in ${range.words}: a longer --since looks further back`,
  )
  printWarnings(found)
}

const columns: readonly Column<TracesAnswer['traces'][number]>[] = [
  { head: 'start', cell: trace => timeOf(trace.start) },
  { head: 'trace', cell: trace => trace.traceId },
  { head: 'duration', cell: trace => ({ text: formatNs(trace.durationNs), right: true }) },
  { head: 'spans', cell: trace => trace.spanCount },
  {
    head: 'errors',
    cell: trace => ({
      text: String(trace.errorCount),
      style: trace.errorCount > 0 ? 'bad' : undefined,
      right: true,
    }),
  },
  { head: 'root', cell: trace => ({ text: `${trace.rootService}: ${trace.rootName}`, style: 'name' }) },
]

function printWarnings({ warnings, missingHosts }: Pick<TracesAnswer, 'warnings' | 'missingHosts'>): void {
  for (const warning of warnings) process.stderr.write(`millrace: ${printable(warning)}\n`)
  for (const host of missingHosts)
    process.stderr.write(`millrace: spans of ${printable(host)} may be missing: its agent is silent\n`)
}

function printJson(value: unknown): void {
  process.stdout.write(`${toJsonLine(value)}\n`)
}

function timeOf(ns: string): string {
  return new Date(Number(BigInt(ns) / 1_000_000n)).toISOString()
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
