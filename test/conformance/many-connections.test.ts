import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { WireClient } from '../../broker/testing/wire-client.ts'
import { parseHostPort } from '../../lib/base/index.ts'
import { apis, writeBatch } from '../../lib/kafka/index.ts'
import { program } from '../e2e/stack.ts'

const timeout = 120_000
const opened = 500

interface Started {
  address: string
  pid: number
}

/** Brokers in processes of their own: this one has file descriptors for one end of the connections only. */
describe('a broker and its file descriptors', { timeout }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-connections-'))
  let child: ChildProcess | undefined
  const held: Socket[] = []

  afterEach(async () => {
    for (const socket of held.splice(0)) socket.destroy()
    if (child !== undefined) {
      child.kill()
      await once(child, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  }, timeout)

  async function start(maxOpenFiles: number): Promise<Started> {
    const settings = [`dataDir=${folder}`, 'broker.listen=127.0.0.1:0', 'telemetry.enabled=false']
    const set = settings.map(one => `--set '${one}'`).join(' ')
    const command = `ulimit -n ${maxOpenFiles}; exec '${process.execPath}' '${program}' broker ${set}`
    const started = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    const [line] = (await once(started.stdout, 'data')) as [Buffer]
    const address = /kafka (\S+)/.exec(String(line))?.[1] ?? ''
    return { address, pid: started.pid ?? 0 }
  }

  function open(address: string): Promise<Socket | undefined> {
    const { host, port } = parseHostPort(address)
    return new Promise(resolve => {
      const socket = connect({ host, port }, () => resolve(socket))
      socket.on('error', () => resolve(undefined))
      held.push(socket)
    })
  }

  async function produce(client: WireClient): Promise<number | undefined> {
    const { responses } = await client.send(apis.produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        {
          name: 't',
          partitionData: [
            {
              index: 0,
              records: writeBatch([{ key: null, value: Buffer.from('x'), timestampMs: 1, headers: [] }]),
            },
          ],
        },
      ],
    })
    return responses[0]?.partitionResponses[0]?.errorCode
  }

  async function withTopic(address: string): Promise<WireClient> {
    const client = await WireClient.open(address)
    const topics = [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
    await client.send(apis.createTopics, 7, { topics })
    expect(await produce(client)).toBe(0)
    return client
  }

  it('holds 10,000 idle connections in little memory and serves one among them', async () => {
    const { address, pid } = await start(20_000)
    const client = await withTopic(address)
    for (let i = 0; i < 10_000; i += opened)
      await Promise.all(Array.from({ length: opened }, () => open(address)))
    expect(held.filter(socket => !socket.destroyed && socket.readyState === 'open')).toHaveLength(10_000)
    expect(await produce(client)).toBe(0)
    const residentMiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
    // an idle one may cost 20 kB, sockets and buffers of both Node and us included
    expect(residentMiB).toBeLessThan(400)
    client.close()
  })

  it('turns away whom it has no file descriptor for, serves the others, and takes more when some have gone', async () => {
    const { address } = await start(120)
    const client = await withTopic(address)
    await Promise.all(Array.from({ length: 300 }, () => open(address)))
    for (let i = 0; i < 5; i++) expect(await produce(client)).toBe(0)
    for (const socket of held.splice(0)) socket.destroy()
    const answered = async () => {
      const late = await WireClient.open(address)
      const code = await Promise.race([produce(late), late.closed.then(() => undefined)])
      late.close()
      return code
    }
    await expect.poll(answered, { timeout: 20_000, interval: 100 }).toBe(0)
    client.close()
  })
})
