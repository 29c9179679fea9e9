import { connect, type Socket } from 'node:net'
import { WireClient } from '../../broker/testing/wire-client.ts'
import { parseHostPort } from '../../lib/base/index.ts'
import { apis, encodeRequest } from '../../lib/kafka/index.ts'
import { produceFrames } from './broker/frames.ts'
import { load, type NextFrame } from './broker/load.ts'
import { type BrokerSubject, startBrokerSubject } from './broker/subjects.ts'
import type { BenchRow } from './types.ts'

const sizes = [10, 1_000, 10_000] as const
const runs = 5
const requests = { produce: 100_000, commit: 20_000 } as const
const lanes = 4
const depth = 16
const perCreation = 500

interface Kind {
  name: string
  /** What is asked again and again while there are many of them. */
  frames: (lane: number) => NextFrame
  grow: (broker: BrokerSubject, from: number, to: number) => Promise<void>
}

/** What a request costs a broker that keeps few or many of a kind: it must not tell the difference. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const held: Socket[] = []
  for (const kind of kindsWith(held)) {
    const broker = await startBrokerSubject('os')
    try {
      await broker.createTopic('t', lanes)
      rows.push(...(await growthOf(kind, broker)))
    } finally {
      for (const socket of held.splice(0)) socket.destroy()
      await broker.stop()
    }
  }
  return rows
}

async function growthOf(kind: Kind, broker: BrokerSubject): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  let there = 0
  for (const size of sizes) {
    process.stderr.write(`${size} ${kind.name}\n`)
    await kind.grow(broker, there, size)
    there = size
    // compiled code is not what grows
    await costOf(kind, broker)
    const costs: number[] = []
    for (let i = 0; i < runs; i++) costs.push(await costOf(kind, broker))
    const figure = costs.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0
    const floor = rows[0]?.figure ?? figure
    const notes = `floor: with ${sizes[0]}; resident peak ${Math.round(broker.peakMiB())} MiB`
    const name = `broker: a request among ${size.toLocaleString('en')} ${kind.name}`
    rows.push({ name, figure, unit: 'CPU-µs', floor, ratio: figure / floor, notes })
  }
  return rows
}

async function costOf(kind: Kind, broker: BrokerSubject): Promise<number> {
  const before = broker.cpuSeconds()
  const frames = Array.from({ length: lanes }, (_, lane) => kind.frames(lane))
  const result = await load(broker.address, frames, depth)
  return ((broker.cpuSeconds() - before) / result.requests) * 1e6
}

function kindsWith(held: Socket[]): Kind[] {
  const produce = (lane: number) =>
    produceFrames('t', lane, { batchBytes: 100, recordBytes: 100 }, (requests.produce / lanes) * 100)
  return [
    {
      name: 'topics',
      frames: produce,
      grow: async (broker, from, to) => {
        await withClient(broker, async client => {
          for (let i = from; i < to; i += perCreation) {
            const names = range(i, Math.min(to, i + perCreation)).map(n => `other-${n}`)
            const topics = names.map(name => topicOf(name, 1))
            const made = await client.send(apis.createTopics, 7, { topics, timeoutMs: 60_000 })
            if (made.topics.some(topic => topic.errorCode !== 0)) throw new Error('a topic could not be made')
          }
        })
      },
    },
    {
      name: 'partitions of one topic',
      frames: produce,
      grow: async (broker, from, to) => {
        if (from === 0) await broker.createTopic('wide', to)
        else
          await withClient(broker, async client => {
            const topics = [{ name: 'wide', count: to, assignments: null }]
            await client.send(apis.createPartitions, 3, { topics, timeoutMs: 60_000, validateOnly: false })
          })
        await touchAll(broker, from, to)
      },
    },
    {
      name: 'groups',
      frames: lane => commits(`mine-${lane}`, requests.commit / lanes),
      grow: async (broker, from, to) => {
        await withClient(broker, async client => {
          for (let i = from; i < to; i += perCreation)
            await Promise.all(
              range(i, Math.min(to, i + perCreation)).map(n =>
                client.send(apis.offsetCommit, 8, commitOf(`other-${n}`)),
              ),
            )
        })
      },
    },
    {
      name: 'idle connections',
      frames: produce,
      grow: async (broker, from, to) => {
        for (let i = from; i < to; i += perCreation)
          held.push(
            ...(await Promise.all(range(i, Math.min(to, i + perCreation)).map(() => idle(broker.address)))),
          )
      },
    },
  ]
}

/** One record into each partition, so that all of them are open. */
async function touchAll(broker: BrokerSubject, from: number, to: number): Promise<void> {
  const frames = range(from, to).map(i =>
    produceFrames('wide', i, { batchBytes: 100, recordBytes: 100 }, 100),
  )
  let at = 0
  const next: NextFrame = () => {
    for (; at < frames.length; at++) {
      const frame = frames[at]?.(0)
      if (frame !== undefined) return frame
    }
    return undefined
  }
  await load(broker.address, [next], 4)
}

function commitOf(groupId: string) {
  const committed = {
    partitionIndex: 0,
    committedOffset: 1,
    committedLeaderEpoch: -1,
    committedMetadata: null,
  }
  return {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: 't', partitions: [committed] }],
  }
}

function commits(groupId: string, count: number): NextFrame {
  const frame = encodeRequest(apis.offsetCommit, 8, 1, 'bench', commitOf(groupId))
  let left = count
  return () => (left-- > 0 ? frame : undefined)
}

async function withClient(broker: BrokerSubject, work: (client: WireClient) => Promise<void>): Promise<void> {
  const client = await WireClient.open(broker.address)
  try {
    await work(client)
  } finally {
    client.close()
  }
}

function topicOf(name: string, numPartitions: number) {
  return { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }
}

function idle(address: string): Promise<Socket> {
  const { host, port } = parseHostPort(address)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => resolve(socket))
    socket.on('error', reject)
  })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}
