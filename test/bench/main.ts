import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { BenchRow } from './types.ts'

interface Options {
  lines?: number
}

interface Bench {
  run: (options: Options) => Promise<BenchRow[]>
}

/** One bench: a file beside this one and a line here. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'broker-produce': () => import('./broker-produce.ts'),
  'broker-fetch': () => import('./broker-fetch.ts'),
  'broker-growth': () => import('./broker-growth.ts'),
  'agent-file-to-topic': () => import('./agent-file-to-topic.ts'),
  'agent-transforms': () => import('./agent-transforms.ts'),
  'agent-otlp-in': () => import('./agent-otlp-in.ts'),
  'agent-idle': () => import('./agent-idle.ts'),
  aggregator: () => import('./aggregator.ts'),
  'file-to-row': () => import('./file-to-row.ts'),
  'query-logs': () => import('./query-logs.ts'),
  page: () => import('./page.ts'),
}

/** Those that need a peer, by its name: against it instead of the machine's floor. */
const peerBenches: Readonly<Record<string, Readonly<Record<string, () => Promise<Bench>>>>> = {
  kafka: { 'broker-peer': () => import('./broker-peer.ts') },
  victorialogs: { 'pipeline-peer': () => import('./pipeline-peer.ts') },
  prometheus: { 'query-peer': () => import('./query-peer.ts') },
  otelcol: { 'agent-peer': () => import('./agent-peer.ts') },
}

const usage = `usage: npm run bench -- [NAME...] [--peer kafka|otelcol|prometheus|victorialogs] [--lines N]

benches: ${Object.keys(benches).join(', ')}
a name may be the beginning of one or several, as in: npm run bench -- broker
--peer kafka measures the broker against Apache Kafka, which it starts from ../shared/peers: npm run bench broker -- --peer kafka
--peer otelcol measures the agent against the OpenTelemetry Collector, likewise: npm run bench agent -- --peer otelcol
--peer prometheus measures questions about metrics against Prometheus, likewise: npm run bench query -- --peer prometheus
--peer victorialogs measures all of Millrace, and the questions asked of it, against VictoriaLogs, with N lines (10 million)
`

/**
 * Prints a table: each figure, the machine's floor or the peer measured in the same run, their ratio, and what others
 * used meanwhile.
 */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: names } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { peer: { type: 'string' }, lines: { type: 'string' }, help: { type: 'boolean' } },
  })
  const all = values.peer === undefined ? benches : (peerBenches[values.peer] ?? {})
  const chosen = Object.entries(all).filter(
    ([name]) => names.length === 0 || names.some(given => name.startsWith(given)),
  )
  if (values.help === true || chosen.length === 0) {
    process.stdout.write(usage)
    return values.help === true ? 0 : 2
  }
  const options = values.lines === undefined ? {} : { lines: Number(values.lines) }
  const against = values.peer ?? 'floor'
  process.stdout.write(`${line('bench', 'figure', 'unit', against, 'ratio', 'others', 'notes')}\n`)
  for (const [name, load] of chosen) await runBench(name, load, options)
  return 0
}

async function runBench(name: string, load: () => Promise<Bench>, options: Options): Promise<void> {
  process.stderr.write(`running ${name}\n`)
  const before = busySeconds()
  const started = performance.now()
  const bench = await load()
  const rows = await bench.run(options)
  const foreign = others(before, (performance.now() - started) / 1000)
  for (const row of rows)
    process.stdout.write(
      `${line(row.name, show(row.figure), row.unit, floorOf(row), row.ratio === undefined ? '' : row.ratio.toFixed(2), foreign, row.notes ?? '')}\n`,
    )
}

function floorOf(row: BenchRow): string {
  return row.floor === undefined ? '' : `${show(row.floor)} ${row.floorUnit ?? row.unit}`
}

function line(...cells: string[]): string {
  const widths = [54, 12, 12, 18, 7, 8, 0]
  return cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(' ')
    .trimEnd()
}

function show(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

/** Processor seconds used on the whole machine since boot (proc(5), /proc/stat), and by this process and its children. */
function busySeconds(): { machine: number; own: number } {
  const fields =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number) ?? []
  const [user = 0, nice = 0, system = 0] = fields
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const own = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
  return { machine: (user + nice + system) / 100, own: own.reduce((sum, ticks) => sum + ticks, 0) / 100 }
}

/** The share of one core that other programs used meanwhile. */
function others(before: { machine: number; own: number }, seconds: number): string {
  const after = busySeconds()
  const foreign = after.machine - before.machine - (after.own - before.own)
  return `${Math.max(0, Math.round((foreign / seconds) * 100))} %`
}

process.exitCode = await main(process.argv.slice(2))
