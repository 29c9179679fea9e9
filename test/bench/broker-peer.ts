import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  apacheKafka,
  createTopic,
  deleteTopic,
  hasKafka,
  millrace,
  type Peer,
  untilAnswer,
  untilWritable,
} from './broker/peers.ts'
import { cpuSecondsOf, peakMiBOf, residentMiBOf } from './broker/process-figures.ts'
import { RdClient, rdclientProblem } from './broker/rdclient.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const partitions = 4
/** About a gigabyte, and half of one. */
const loads = [
  { bytes: 1_024, count: 1_000_000 },
  { bytes: 100, count: 5_000_000 },
] as const
const roundTrips = 5_000
/** How long a broker is under load when it is killed. */
const loadBeforeKillMs = 3_000

type Figures = Map<string, number[]>

/**
 * Our broker and Apache Kafka on the same machine in the same run, driven in turn with the same client on librdkafka.
 * Kafka runs with its own defaults: it answers before anything is on disk.
 */
export async function run(): Promise<BenchRow[]> {
  const problem = hasKafka ? rdclientProblem() : '../shared/peers/kafka is not there'
  if (problem !== undefined) {
    process.stderr.write(`broker-peer is left out: ${problem}\n`)
    return []
  }
  const client = new RdClient()
  const peers = [await millrace('ack'), await millrace('os'), await apacheKafka()]
  const figures = new Map<Peer, Figures>(peers.map(peer => [peer, new Map()]))
  const note = (peer: Peer, name: string, value: number) => {
    const own = figures.get(peer) as Figures
    own.set(name, [...(own.get(name) ?? []), value])
  }
  try {
    for (const peer of peers) await startPeer(peer, note)
    for (let i = 0; i < runs; i++)
      for (const peer of peers) await measureLoads(peer, client, i, (name, value) => note(peer, name, value))
    for (const peer of peers) note(peer, 'memory loaded, MiB peak', peakMiBOf(peer.pid()))
    for (let i = 0; i < runs; i++)
      for (const peer of peers) await killAndStart(peer, client, i, (name, value) => note(peer, name, value))
  } finally {
    for (const peer of peers) await peer.remove()
  }
  return rowsOf(peers, figures)
}

async function startPeer(peer: Peer, note: (peer: Peer, name: string, value: number) => void): Promise<void> {
  process.stderr.write(`starting ${peer.name}\n`)
  const answered = untilAnswer(peer.address)
  await peer.start()
  note(peer, 'start in a new folder, ms', await answered)
  await sleep(3_000)
  note(peer, 'memory idle, MiB', residentMiBOf(peer.pid()))
}

async function measureLoads(
  peer: Peer,
  client: RdClient,
  round: number,
  note: (name: string, value: number) => void,
): Promise<void> {
  process.stderr.write(`round ${round + 1} of ${runs}: ${peer.name}\n`)
  for (const { bytes, count } of loads) {
    const topic = `t${bytes}-${round}`
    await createTopic(peer.address, topic, partitions)
    const gigabytes = (bytes * count) / 1e9
    const [produced, produceCpu] = await charged(peer, () =>
      client.produce(peer.address, topic, count, bytes),
    )
    note(`produce ${bytes} B, MiB/s`, produced.mibPerSecond)
    note(`produce ${bytes} B, records/s`, produced.recordsPerSecond)
    note(`produce ${bytes} B, CPU-s/GB`, produceCpu / gigabytes)
    const [consumed, consumeCpu] = await charged(peer, () => client.consume(peer.address, topic, count))
    note(`consume ${bytes} B, MiB/s`, consumed.mibPerSecond)
    note(`consume ${bytes} B, CPU-s/GB`, consumeCpu / gigabytes)
    await deleteTopic(peer.address, topic)
  }
  const topic = `single-${round}`
  await createTopic(peer.address, topic, 1)
  const { p50, p99 } = await client.latency(peer.address, topic, roundTrips)
  note('one record at a time, ms p50', p50)
  note('one record at a time, ms p99', p99)
  await deleteTopic(peer.address, topic)
}

async function charged<T>(peer: Peer, work: () => Promise<T>): Promise<[T, number]> {
  const before = cpuSecondsOf(peer.pid())
  const result = await work()
  return [result, cpuSecondsOf(peer.pid()) - before]
}

/** SIGKILL while a client produces; then how long until partitions can be used again. */
async function killAndStart(
  peer: Peer,
  client: RdClient,
  round: number,
  note: (name: string, value: number) => void,
): Promise<void> {
  process.stderr.write(`kill ${round + 1} of ${runs}: ${peer.name}\n`)
  const topic = `killed-${round}`
  await createTopic(peer.address, topic, partitions)
  const loading = spawn(client.program, ['produce', peer.address, topic, '100000000', '1024', 'acks=all'], {
    stdio: 'ignore',
  })
  await sleep(loadBeforeKillMs)
  await peer.kill()
  loading.kill('SIGKILL')
  await once(loading, 'exit')
  const writable = untilWritable(peer.address, topic)
  await peer.start()
  note('kill -9 under load until it answers, ms', await writable)
  await deleteTopic(peer.address, topic)
}

function rowsOf(peers: readonly Peer[], figures: ReadonlyMap<Peer, Figures>): BenchRow[] {
  const [ack, os, kafka] = peers.map(peer => figures.get(peer) as Figures) as [Figures, Figures, Figures]
  return [...ack.keys()].flatMap(name =>
    (
      [
        ['ack', ack],
        ['os', os],
      ] as const
    ).map(([flush, own]): BenchRow => {
      const [what = name, unit = ''] = name.split(/, (?=[^,]*$)/)
      const [figure, floor] = [median(own.get(name)), median(kafka.get(name))]
      return { name: `broker: ${what}, flush ${flush}`, figure, unit, floor, ratio: figure / floor }
    }),
  )
}

function median(values: readonly number[] = []): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
