import { readFileSync } from 'node:fs'
import type { BenchRow } from './types.ts'

/** One bench: a file beside this one and a line here. */
const benches: Readonly<Record<string, () => Promise<{ run: () => Promise<BenchRow[]> }>>> = {
  'broker-produce': () => import('./broker-produce.ts'),
  'broker-fetch': () => import('./broker-fetch.ts'),
  'agent-file-to-topic': () => import('./agent-file-to-topic.ts'),
  aggregator: () => import('./aggregator.ts'),
  'file-to-row': () => import('./file-to-row.ts'),
}

const usage = `usage: npm run bench -- [NAME...]

benches: ${Object.keys(benches).join(', ')}
a name may be the beginning of one or several, as in: npm run bench -- broker
`

/** Prints a table: each figure, the machine's floor measured in the same run, their ratio, and what others used meanwhile. */
async function main(names: readonly string[]): Promise<number> {
  const chosen = Object.keys(benches).filter(
    name => names.length === 0 || names.some(given => name.startsWith(given)),
  )
  if (names.includes('--help') || chosen.length === 0) {
    process.stdout.write(usage)
    return names.includes('--help') ? 0 : 2
  }
  process.stdout.write(`${line('bench', 'figure', 'unit', 'floor', 'ratio', 'others', 'notes')}\n`)
  for (const name of chosen) {
    process.stderr.write(`running ${name}\n`)
    const before = busySeconds()
    const started = performance.now()
    const bench = await benches[name]?.()
    const rows = (await bench?.run()) ?? []
    const foreign = others(before, (performance.now() - started) / 1000)
    for (const row of rows)
      process.stdout.write(
        `${line(row.name, show(row.figure), row.unit, floorOf(row), row.ratio === undefined ? '' : row.ratio.toFixed(2), foreign, row.notes ?? '')}\n`,
      )
  }
  return 0
}

function floorOf(row: BenchRow): string {
  return row.floor === undefined ? '' : `${show(row.floor)} ${row.floorUnit ?? row.unit}`
}

function line(...cells: string[]): string {
  const widths = [44, 12, 12, 18, 7, 8, 0]
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
