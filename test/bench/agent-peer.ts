import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRole } from '../e2e/stack.ts'
import { cpuPerGb, mbPerSecond, median } from './agent/figures.ts'
import { writeLines } from './agent/lines.ts'
import { type CollectorFigure, hasCollector, installCollector, throughCollector } from './agent/otelcol.ts'
import { packagedAgent } from './agent/package.ts'
import { type AgentFigure, throughAgent } from './agent/through-agent.ts'
import type { BenchRow } from './types.ts'

const runs = 5

const ways = [
  { name: 'no parsing', parse: 'none', config: 'file-to-kafka.yaml' },
  { name: 'JSON parsed', parse: 'json', config: 'json-to-kafka.yaml' },
] as const

/**
 * Our agent and the OpenTelemetry Collector with the same file and the same broker, in turn. The Collector keeps nothing
 * on disk on the way, ours has a spool; its start is counted in, some 0.2 s. Ours is the package of the agent, as hosts have it.
 */
export async function run(): Promise<BenchRow[]> {
  if (!hasCollector) {
    process.stderr.write('agent-peer is left out: ../shared/peers/otelcol is not there\n')
    return []
  }
  installCollector()
  const program = packagedAgent()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const broker = await startRole('broker', [`dataDir=${join(folder, 'broker')}`, 'broker.listen=127.0.0.1:0'])
  try {
    const path = await writeLines(folder)
    const rows: BenchRow[] = []
    for (const { name, parse, config } of ways) {
      const ours: AgentFigure[] = []
      const theirs: CollectorFigure[] = []
      for (let i = 0; i < runs; i++) {
        const topic = `otelcol-${parse}-${i}`
        ours.push(await throughAgent(program, join(folder, `${parse}-${i}`), path, broker.address, { parse }))
        theirs.push(
          await throughCollector(config, path, statSync(path).size, { broker: broker.address, topic }),
        )
      }
      rows.push(...rowsOf(`agent: file to topic, ${name}`, ours, theirs))
    }
    return rows
  } finally {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(name: string, ours: AgentFigure[], theirs: CollectorFigure[]): BenchRow[] {
  const row = (unit: string, figure: number, floor: number): BenchRow => ({
    name,
    unit,
    figure,
    floor,
    ratio: figure / floor,
  })
  return [
    row('CPU-s/GB', median(ours, cpuPerGb), median(theirs, cpuPerGb)),
    row('MB/s', median(ours, mbPerSecond), median(theirs, mbPerSecond)),
    row(
      'MiB peak',
      median(ours, run => run.loadedMiB),
      median(theirs, run => run.loadedMiB),
    ),
  ]
}
