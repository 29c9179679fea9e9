import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WireClient } from '../../../broker/testing/wire-client.ts'
import { apis } from '../../../lib/kafka/index.ts'
import { program } from '../../e2e/stack.ts'
import { freePort } from '../../free-ports.ts'

const kafka = join(import.meta.dirname, '../../../../shared/peers/kafka/kafka')
export const hasKafka = existsSync(kafka)

/** A broker under measurement that can be started, killed and started again over the same folder. */
export interface Peer {
  readonly name: string
  readonly address: string
  pid(): number
  start(): Promise<void>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

export async function millrace(flush: 'ack' | 'os'): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const address = `127.0.0.1:${await freePort()}`
  const settings = [`dataDir=${folder}`, `broker.listen=${address}`, `broker.flush=${flush}`]
  const set = [...settings, 'telemetry.enabled=false'].flatMap(one => ['--set', one])
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  return {
    name: `Millrace, flush ${flush}`,
    address,
    pid: () => child?.pid ?? 0,
    start: () => {
      child = spawn(process.execPath, [program, 'broker', ...set], { stdio: ['ignore', 'ignore', 'inherit'] })
      return Promise.resolve()
    },
    kill: () => end('SIGKILL'),
    remove: async () => {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Apache Kafka as `../shared/peers/kafka` starts it: with its own defaults, without a sync before the answer. */
export async function apacheKafka(): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-kafka-'))
  const port = await freePort()
  const options = ['--dir', folder, '--port', String(port)]
  const call = (...args: string[]) => execFileSync(kafka, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const child = { ended: true }
  return {
    name: 'Apache Kafka',
    address: `127.0.0.1:${port}`,
    pid: () => Number(readFileSync(join(folder, 'node-1', 'pid'), 'utf8')),
    start: async () => {
      const starting = spawn(kafka, ['start', ...options], { stdio: ['ignore', 'ignore', 'inherit'] })
      child.ended = false
      await once(starting, 'spawn')
    },
    kill: () => {
      call('stop', '--dir', folder, '--kill')
      child.ended = true
      return Promise.resolve()
    },
    remove: () => {
      if (!child.ended) call('stop', '--dir', folder)
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

const askAgainMs = 5
const answerLimitMs = 120_000

/** Milliseconds until the broker answers what a client asks first, from the call on. */
export async function untilAnswer(address: string): Promise<number> {
  return await until(address, client => client.send(apis.metadata, 9, { topics: [] }))
}

/** Milliseconds until a partition can be read and written, from the call on. */
export async function untilWritable(address: string, topic: string): Promise<number> {
  return await until(address, async client => {
    const { topics } = await client.send(apis.listOffsets, 6, {
      replicaId: -1,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    })
    if (topics[0]?.partitions[0]?.errorCode !== 0) throw new Error('not yet')
  })
}

async function until(address: string, ask: (client: WireClient) => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    try {
      const client = await WireClient.open(address)
      try {
        await ask(client)
      } finally {
        client.close()
      }
      return performance.now() - startedMs
    } catch (error) {
      if (performance.now() - startedMs > answerLimitMs) throw error
      await new Promise(resolve => setTimeout(resolve, askAgainMs))
    }
  }
}

export async function createTopic(address: string, name: string, partitions: number): Promise<void> {
  const client = await WireClient.open(address)
  const topic = { name, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await client.send(apis.createTopics, 5, { topics: [topic], timeoutMs: 30_000 })
  if (topics[0]?.errorCode !== 0) throw new Error(`cannot make ${name}: error ${topics[0]?.errorCode}`)
  client.close()
}

export async function deleteTopic(address: string, name: string): Promise<void> {
  const client = await WireClient.open(address)
  await client.send(apis.deleteTopics, 4, { topicNames: [name], timeoutMs: 30_000 })
  client.close()
}
