import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LogFiles } from '../../cli/demo/files.ts'
import { Story } from '../../cli/demo/story.ts'
import { createKafkaClient, type KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import type { Heartbeat } from '../../lib/ledger/index.ts'
import { type RunningRole, startRole } from '../e2e/stack.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const fileBytes = 128 * 1_048_576
const ticksPerSecond = 100
const heartbeats = 'millrace_heartbeats'

interface Figure {
  mbPerSecond: number
  cpuPerGb: number
  peakMiB: number
}

/**
 * A file of JSON lines to a topic of our broker, durable in the spool on the way: an agent process alone, seen through
 * /proc. The floor is reading the same file and counting its line ends, in this process. Linux only.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const broker = await startRole('broker', [`dataDir=${join(folder, 'broker')}`, 'broker.listen=127.0.0.1:0'])
  try {
    const path = await writeLines(folder)
    const rows: BenchRow[] = []
    for (const parse of ['auto', 'none'] as const) {
      const floors: Figure[] = []
      const figures: Figure[] = []
      for (let i = 0; i < runs; i++) {
        floors.push(countLines(path))
        figures.push(await throughAgent(join(folder, `${parse}-${i}`), path, broker.address, parse))
      }
      rows.push(...rowsOf(parse, figures, floors))
    }
    return rows
  } finally {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(parse: string, figures: Figure[], floors: Figure[]): BenchRow[] {
  const name = `agent: file to topic, parse ${parse}`
  const [cpu, cpuFloor] = [median(figures, 'cpuPerGb'), median(floors, 'cpuPerGb')]
  const [rate, rateFloor] = [median(figures, 'mbPerSecond'), median(floors, 'mbPerSecond')]
  const notes = `peak ${Math.round(median(figures, 'peakMiB'))} MiB; floor: reading the file and counting lines`
  return [
    { name, figure: cpu, unit: 'CPU-s/GB', floor: cpuFloor, ratio: cpu / cpuFloor, notes },
    { name, figure: rate, unit: 'MB/s', floor: rateFloor, ratio: rate / rateFloor },
  ]
}

/** The demo's lines, the same in every run. */
async function writeLines(folder: string): Promise<string> {
  const story = new Story(1, 1, 1_760_000_000_000)
  const [service] = story.services
  // JSON of every service, in one file
  const files = new LogFiles(folder)
  const path = join(folder, `${service?.name}.log`)
  for (let at = 1_760_000_000_000; ; at += 1000) {
    const logs = Array.from({ length: 200 }, (_, i) =>
      story.request(at + i * 5).told.flatMap(told => told.logs),
    ).flat()
    if (service !== undefined)
      await files.write({ service: { ...service, language: 'nodejs' }, logs, spans: [] })
    if (statSync(path).size >= fileBytes / 8) break
  }
  const eighth = readFileSync(path)
  for (let i = 1; i < 8; i++) appendFileSync(path, eighth)
  return path
}

function countLines(path: string): Figure {
  const startMs = performance.now()
  const before = process.cpuUsage()
  const file = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(1_048_576)
  let lines = 0
  let bytes = 0
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    bytes += read
    for (let at = buffer.indexOf(10); at >= 0 && at < read; at = buffer.indexOf(10, at + 1)) lines++
  }
  closeSync(file)
  if (lines === 0) throw new Error('the bench file has no lines')
  const { user, system } = process.cpuUsage(before)
  return figure(bytes, performance.now() - startMs, (user + system) / 1e6, 0)
}

async function throughAgent(dataDir: string, path: string, broker: string, parse: string): Promise<Figure> {
  const client = createKafkaClient({ brokers: [broker], clientId: 'bench' })
  const id = dataDir.split('/').at(-1) ?? 'bench'
  const watched = join(dataDir, 'watched')
  mkdirSync(watched, { recursive: true })
  const source = `[{type: file, include: [${JSON.stringify(join(watched, '*.log'))}], parse: ${parse}}]`
  const agent = await startRole('agent', [
    `dataDir=${dataDir}`,
    `kafka.brokers=["${broker}"]`,
    `agent={id: ${id}, heartbeatMs: 100, sources: ${source}}`,
    'telemetry.enabled=false',
  ])
  try {
    const from = await endOf(client)
    // what the start of a process costs is not what is measured
    const before = usageOf(agent)
    const startMs = performance.now()
    linkSync(path, join(watched, 'bench.log'))
    while (!(await isThrough(client, id, from))) await sleep(50)
    const { cpuSeconds, peakMiB } = usageOf(agent)
    return figure(statSync(path).size, performance.now() - startMs, cpuSeconds - before.cpuSeconds, peakMiB)
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

/** Of the agent's process since its start (proc(5)). */
function usageOf(agent: RunningRole): { cpuSeconds: number; peakMiB: number } {
  const stat = readFileSync(`/proc/${agent.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1]
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    peakMiB: Number(peak) / 1024,
  }
}

function figure(bytes: number, ms: number, cpuSeconds: number, peakMiB: number): Figure {
  return { mbPerSecond: bytes / 1e6 / (ms / 1000), cpuPerGb: cpuSeconds / (bytes / 1e9), peakMiB }
}

function median(figures: readonly Figure[], key: keyof Figure): number {
  return figures.map(one => one[key]).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}
