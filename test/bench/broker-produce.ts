import { type Figure, measure, median } from './broker/figures.ts'
import { produceFrames, type Shape } from './broker/frames.ts'
import { type LoadResult, load } from './broker/load.ts'
import { type BrokerSubject, type Subject, startBrokerSubject, startFloor } from './broker/subjects.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const connections = 4

interface Case {
  name: string
  shape: Shape
  totalBytes: number
  connections: number
  depth: number
}

const throughput: readonly Case[] = [
  case_('256 KiB batches', { batchBytes: 262_144, recordBytes: 1_024 }, 400_000_000, 4),
  case_('16 KiB batches', { batchBytes: 16_384, recordBytes: 1_024 }, 200_000_000, 8),
]
const small = case_('one-record requests', { batchBytes: 100, recordBytes: 100 }, 10_000_000, 64)
const single: Case = { ...small, name: 'one record at a time', totalBytes: 100_000, connections: 1, depth: 1 }

/**
 * A raw client against our broker in a process of its own, each batch answered when written (`os`) or synced (`ack`).
 * The floor receives the same bytes, computes CRC-32C and writes them, also in a process of its own.
 */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const flush of ['os', 'ack'] as const) {
    const broker = await startBrokerSubject(flush)
    const floor = await startFloor('produce')
    const syncedFloor = await startFloor(flush === 'ack' ? 'sync' : 'produce')
    try {
      for (const c of throughput) rows.push(...rateRows(c, flush, await compare(c, broker, floor)))
      rows.push(requestRow(small, flush, await compare(small, broker, floor)))
      rows.push(...latencyRows(single, flush, await compare(single, broker, syncedFloor)))
      rows.push({
        name: `broker: produce, memory, flush ${flush}`,
        figure: broker.peakMiB(),
        unit: 'MiB peak',
      })
    } finally {
      await broker.stop()
      await floor.stop()
      await syncedFloor.stop()
    }
  }
  return rows
}

function case_(name: string, shape: Shape, totalBytes: number, depth: number): Case {
  return { name, shape, totalBytes, connections, depth }
}

interface Comparison {
  broker: Figure[]
  floor: Figure[]
}

/** Broker and floor in turn, so that both see the same moods of the machine. */
async function compare(c: Case, broker: BrokerSubject, floor: Subject): Promise<Comparison> {
  const figures: Comparison = { broker: [], floor: [] }
  for (let i = 0; i < runs; i++) {
    figures.floor.push(await measure(floor, () => send(c, floor.address, 'floor')))
    const topic = `t${i}`
    await broker.createTopic(topic, c.connections)
    figures.broker.push(await measure(broker, () => send(c, broker.address, topic)))
    await broker.deleteTopic(topic)
  }
  return figures
}

function send(c: Case, address: string, topic: string): Promise<LoadResult> {
  const each = c.totalBytes / c.connections
  const frames = Array.from({ length: c.connections }, (_, i) => produceFrames(topic, i, c.shape, each))
  return load(address, frames, c.depth)
}

function rateRows(c: Case, flush: string, { broker, floor }: Comparison): BenchRow[] {
  const name = `broker: produce ${c.name}, flush ${flush}`
  const [rate, rateFloor] = [median(broker, 'mbPerSecond'), median(floor, 'mbPerSecond')]
  const [cpu, cpuFloor] = [median(broker, 'cpuPerGb'), median(floor, 'cpuPerGb')]
  const notes = `p50 ${ms(median(broker, 'p50Ms'))}, p99 ${ms(median(broker, 'p99Ms'))}; floor: receive, CRC, write`
  return [
    { name, figure: rate, unit: 'MB/s', floor: rateFloor, ratio: rate / rateFloor, notes },
    { name, figure: cpu, unit: 'CPU-s/GB', floor: cpuFloor, ratio: cpu / cpuFloor },
  ]
}

function requestRow(c: Case, flush: string, { broker, floor }: Comparison): BenchRow {
  const [figure, least] = [median(broker, 'requestsPerSecond'), median(floor, 'requestsPerSecond')]
  const name = `broker: produce ${c.name}, flush ${flush}`
  return { name, figure, unit: 'requests/s', floor: least, ratio: figure / least }
}

function latencyRows(c: Case, flush: string, { broker, floor }: Comparison): BenchRow[] {
  return (['p50Ms', 'p99Ms'] as const).map(key => {
    const [figure, least] = [median(broker, key), median(floor, key)]
    const notes = flush === 'ack' ? 'floor: receive, CRC, write, sync' : 'floor: receive, CRC, write'
    const name = `broker: produce ${c.name}, ${key.slice(0, 3)}, flush ${flush}`
    return { name, figure, unit: 'ms', floor: least, ratio: figure / least, notes }
  })
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`
}
