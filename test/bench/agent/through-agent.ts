import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, type KafkaClient } from '../../../lib/kafka/client/index.ts'
import { BatchCursor, readRecords } from '../../../lib/kafka/index.ts'
import type { Heartbeat } from '../../../lib/ledger/index.ts'
import { cpuSecondsOf, peakMiBOf, residentMiBOf } from '../broker/process-figures.ts'
import type { Usage } from './lines.ts'
import { startAgent } from './package.ts'

const heartbeats = 'millrace_heartbeats'
/** Only then it has given back what its start took. */
const settledMs = 2_500

export interface AgentFigure extends Usage {
  /** Resident after the start, and the most while it worked, MiB. */
  startedMiB: number
  loadedMiB: number
}

export interface Way {
  parse: string
  transforms?: string
}

/** A file through an agent process to a topic, durable in the spool on the way; seen through /proc. Linux only. */
export async function throughAgent(
  program: string,
  dataDir: string,
  path: string,
  broker: string,
  { parse, transforms = '[]' }: Way,
): Promise<AgentFigure> {
  const client = createKafkaClient({ brokers: [broker], clientId: 'bench' })
  const id = dataDir.split('/').at(-1) ?? 'bench'
  const watched = join(dataDir, 'watched')
  mkdirSync(watched, { recursive: true })
  const source = `[{type: file, include: [${JSON.stringify(join(watched, '*.log'))}], parse: ${parse}}]`
  const agent = await startAgent(program, [
    `dataDir=${dataDir}`,
    `kafka.brokers=["${broker}"]`,
    `agent={id: ${id}, heartbeatMs: 100, sources: ${source}, transforms: ${transforms}}`,
    'telemetry.enabled=false',
  ])
  try {
    await sleep(settledMs)
    const startedMiB = residentMiBOf(agent.pid)
    // the largest so far is forgotten (proc(5), clear_refs)
    writeFileSync(`/proc/${agent.pid}/clear_refs`, '5')
    const from = await endOf(client)
    // what the start of a process costs is not what is measured
    const before = cpuSecondsOf(agent.pid)
    const startMs = performance.now()
    linkSync(path, join(watched, 'bench.log'))
    while (!(await isThrough(client, id, from))) await sleep(50)
    const cpuSeconds = cpuSecondsOf(agent.pid) - before
    const seconds = (performance.now() - startMs) / 1000
    return { bytes: statSync(path).size, seconds, cpuSeconds, startedMiB, loadedMiB: peakMiBOf(agent.pid) }
  } finally {
    await agent.stop()
    await client.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function endOf(client: KafkaClient): Promise<Map<number, number>> {
  const { leaders } = await client.ensureTopic(heartbeats, 4)
  const ends = new Map<number, number>()
  for (const partition of leaders.keys())
    ends.set(partition, await client.listOffset(heartbeats, partition, 'latest'))
  return ends
}

/** The agent says that nothing is left to read and nothing to ship. */
async function isThrough(client: KafkaClient, agent: string, from: Map<number, number>): Promise<boolean> {
  const fetcher = client.openFetcher()
  const requests = [...from].map(([partition, offset]) => ({
    topic: heartbeats,
    partition,
    offset,
    maxBytes: 1_000_000,
  }))
  const results = await fetcher.fetch(requests, { maxWaitMs: 100 })
  await fetcher.close()
  let through = false
  for (const { partition, records } of results) {
    const cursor = new BatchCursor(records)
    while (cursor.next()) {
      from.set(partition, cursor.nextOffset)
      for (const { value } of readRecords(cursor)) {
        const beat = JSON.parse(String(value)) as Heartbeat
        if (beat.agent === agent) through = isIdle(beat)
      }
    }
  }
  return through
}

function isIdle({ sources, lanes }: Heartbeat): boolean {
  const [source] = sources
  return source?.lagBytes === 0 && lanes.length > 0 && lanes.every(lane => lane.spoolBytes === 0)
}
