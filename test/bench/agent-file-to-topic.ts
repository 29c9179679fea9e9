import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRole } from '../e2e/stack.ts'
import { cpuPerGb, mbPerSecond, median } from './agent/figures.ts'
import { countLines, type Usage, writeLines } from './agent/lines.ts'
import { packagedAgent } from './agent/package.ts'
import { type AgentFigure, throughAgent } from './agent/through-agent.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const redaction = '[{type: redact, name: secrets, kinds: [card, email, bearer, cloud]}]'

const ways = [
  { name: 'parse auto', parse: 'auto' },
  { name: 'parse none', parse: 'none' },
  { name: 'parse json, four kinds redacted', parse: 'json', transforms: redaction },
] as const

/**
 * A file of JSON lines to a topic of our broker, durable in the spool on the way: an agent process alone, seen through
 * /proc; of the package, as hosts have it. The floor is reading the same file and counting its line ends, in this process. Linux only.
 */
export async function run(): Promise<BenchRow[]> {
  const program = packagedAgent()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const broker = await startRole('broker', [`dataDir=${join(folder, 'broker')}`, 'broker.listen=127.0.0.1:0'])
  try {
    const path = await writeLines(folder)
    const rows: BenchRow[] = []
    for (const [number, way] of ways.entries()) {
      const floors: Usage[] = []
      const figures: AgentFigure[] = []
      for (let i = 0; i < runs; i++) {
        floors.push(countLines(path))
        figures.push(
          await throughAgent(program, join(folder, `way-${number}-${i}`), path, broker.address, way),
        )
      }
      rows.push(...rowsOf(way.name, figures, floors))
    }
    return rows
  } finally {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(way: string, figures: AgentFigure[], floors: Usage[]): BenchRow[] {
  const name = `agent: file to topic, ${way}`
  const [cpu, cpuFloor] = [median(figures, cpuPerGb), median(floors, cpuPerGb)]
  const [rate, rateFloor] = [median(figures, mbPerSecond), median(floors, mbPerSecond)]
  const notes = 'floor: reading the file and counting lines'
  const started = median(figures, run => run.startedMiB)
  return [
    { name, figure: cpu, unit: 'CPU-s/GB', floor: cpuFloor, ratio: cpu / cpuFloor, notes },
    { name, figure: rate, unit: 'MB/s', floor: rateFloor, ratio: rate / rateFloor },
    {
      name: `${name}, peak`,
      figure: median(figures, run => run.loadedMiB),
      unit: 'MiB',
      notes: `${Math.round(started)} MiB after start`,
    },
  ]
}
