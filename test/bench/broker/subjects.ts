import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WireClient } from '../../../broker/testing/wire-client.ts'
import { apis } from '../../../lib/kafka/index.ts'
import { startRole } from '../../e2e/stack.ts'
import { cpuSecondsOf, peakMiBOf } from './process-figures.ts'

/** A server under measurement, in a process of its own. */
export interface Subject {
  address: string
  /** Processor seconds used so far (proc(5), /proc/PID/stat). */
  cpuSeconds(): number
  /** Largest resident memory so far, MiB. */
  peakMiB(): number
  stop(): Promise<void>
}

export async function startFloor(mode: 'produce' | 'sync' | 'fetch'): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const file = fileURLToPath(new URL('./floor-server.ts', import.meta.url))
  const child = spawn(process.execPath, [file, mode, join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer]
  return subject(`127.0.0.1:${String(port).trim()}`, child.pid as number, async () => {
    child.kill()
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
}

export interface BrokerSubject extends Subject {
  createTopic(name: string, partitions: number): Promise<void>
  deleteTopic(name: string): Promise<void>
}

export async function startBrokerSubject(flush: 'ack' | 'os'): Promise<BrokerSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const role = await startRole('broker', [
    `dataDir=${folder}`,
    'broker.listen=127.0.0.1:0',
    `broker.flush=${flush}`,
    'telemetry.enabled=false',
  ])
  const client = await WireClient.open(role.address)
  const plain = subject(role.address, role.pid, async () => {
    client.close()
    await role.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    ...plain,
    createTopic: async (name, numPartitions) => {
      const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
      const made = await client.send(apis.createTopics, 7, { topics })
      if (made.topics[0]?.errorCode !== 0)
        throw new Error(`cannot make ${name}: ${made.topics[0]?.errorMessage}`)
    },
    deleteTopic: async name => {
      await client.send(apis.deleteTopics, 5, { topicNames: [name], timeoutMs: 30_000 })
    },
  }
}

function subject(address: string, pid: number, stop: () => Promise<void>): Subject {
  return {
    address,
    cpuSeconds: () => cpuSecondsOf(pid),
    peakMiB: () => peakMiBOf(pid),
    stop,
  }
}
