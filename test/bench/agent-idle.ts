import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRole } from '../e2e/stack.ts'
import { median } from './agent/figures.ts'
import { packagedAgent, startAgent } from './agent/package.ts'
import { cpuSecondsOf, residentMiBOf } from './broker/process-figures.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const files = 1_000
/** Until all files are read once and the start's memory is given back. */
const settleMs = 8_000
const watchMs = 10_000

/** What an agent takes that has nothing to do: its default sources beside files that nobody writes to. */
export async function run(): Promise<BenchRow[]> {
  const program = packagedAgent()
  const figures: { share: number; residentMiB: number }[] = []
  for (let i = 0; i < runs; i++) figures.push(await idle(program))
  const name = `agent: idle with ${files.toLocaleString('en')} files`
  return [
    { name, figure: 100 * median(figures, run => run.share), unit: '% of a core' },
    { name: `${name}, resident`, figure: median(figures, run => run.residentMiB), unit: 'MiB' },
  ]
}

async function idle(program: string): Promise<{ share: number; residentMiB: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const watched = join(folder, 'watched')
  mkdirSync(watched)
  for (let i = 0; i < files; i++) writeFileSync(join(watched, `app-${i}.log`), `the only line of file ${i}\n`)
  const broker = await startRole('broker', [`dataDir=${folder}/broker`, 'broker.listen=127.0.0.1:0'])
  const sources = [
    `{type: file, include: ["${watched}/*.log"]}`,
    '{type: otlp, http: "127.0.0.1:0", grpc: "127.0.0.1:0"}',
    '{type: forward, listen: "127.0.0.1:0"}',
    '{type: hostmetrics}',
  ]
  const agent = await startAgent(program, [
    `dataDir=${folder}/agent`,
    `kafka.brokers=["${broker.address}"]`,
    `agent={listen: "127.0.0.1:0", sources: [${sources.join(', ')}]}`,
    'telemetry.enabled=false',
  ])
  try {
    await sleep(settleMs)
    const before = cpuSecondsOf(agent.pid)
    const startMs = performance.now()
    await sleep(watchMs)
    const seconds = (performance.now() - startMs) / 1000
    return { share: (cpuSecondsOf(agent.pid) - before) / seconds, residentMiB: residentMiBOf(agent.pid) }
  } finally {
    await agent.stop()
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
