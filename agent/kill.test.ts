import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createKafkaClient } from '../lib/kafka/client/index.ts'
import { type LedgerEntry, readLedgerHeaders } from '../lib/ledger/index.ts'
import { itemsOf } from './testing/read-spool.ts'
import { readTopic } from './testing/read-topic.ts'
import { inTemporaryFolder, until } from './testing/temporary-folder.ts'

const main = join(import.meta.dirname, '..', 'bin', 'millrace.js')
const lines = 30_000
/** Another, empty cluster to ship to, as Apache Kafka's: `host:port`. */
const cluster = process.env['MILLRACE_TEST_KAFKA']
const perWrite = 500

/** One role as a process of its own; resolves when it is ready, to the process and its ready line. */
async function startRole(name: string, settings: string[]): Promise<{ child: ChildProcess; ready: string }> {
  const set = settings.flatMap(setting => ['--set', setting])
  const child = spawn(process.execPath, [main, name, ...set], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => String(chunk).startsWith('ready') && resolve(String(chunk)))
    child.on('exit', code => reject(new Error(`${name} ended with ${code} before it was ready`)))
  })
  return { child, ready }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Appends numbered lines to three files, and rotates them each in its way. */
class Writer {
  written = 0
  readonly #folder: string
  #rotations = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  write(): void {
    const file = this.written % 3
    let text = ''
    for (let i = 0; i < perWrite; i++)
      text += `{"seq":${this.written++},"msg":"line of file ${file}","level":"info"}\n`
    appendFileSync(this.#path(file), text)
  }

  rotate(): void {
    const n = ++this.#rotations
    const [renamed, dated, truncated] = [this.#path(0), this.#path(1), this.#path(2)]
    // names that the globs take: out of them, nothing could find what a killed agent had not read yet
    renameSync(renamed, `${renamed}.${n}`)
    renameSync(dated, `${dated}.2026-01-01-${n}`)
    copyFileSync(truncated, `${truncated}.${n}`)
    truncateSync(truncated)
    for (const path of [renamed, dated]) appendFileSync(path, '')
  }

  #path(file: number): string {
    return join(this.#folder, `${['renamed', 'dated', 'truncated'][file]}.log`)
  }
}

test('killed again and again while files grow and rotate, an agent ships every line once', async () => {
  await inTemporaryFolder(async folder => {
    const logs = join(folder, 'logs')
    mkdirSync(logs)
    const dataDir = `dataDir=${join(folder, 'data')}`
    const broker =
      cluster === undefined ? await startRole('broker', [dataDir, 'broker.listen=127.0.0.1:0']) : undefined
    const address = cluster ?? /kafka (\S+)/.exec(broker?.ready ?? '')?.[1] ?? ''
    const include = JSON.stringify([join(logs, '*.log'), join(logs, '*.log.*[0-9]')])
    const source = `agent.sources=[{type: file, include: ${include}}]`
    const settings = [
      dataDir,
      `kafka.brokers=["${address}"]`,
      'agent.id=a',
      'telemetry.enabled=false',
      source,
    ]
    const writer = new Writer(logs)
    const { agent, kills } = await writeAndKill(writer, settings)
    const client = createKafkaClient({ brokers: [address], clientId: 'test' })
    const found = async () => readTopic(client, 'otlp_logs')
    await until('every line', async () => linesOf(await found()).length >= lines, 20_000)
    await kill(agent.child, 'SIGTERM')
    const records = await found()
    const sequence = linesOf(records).sort((a, b) => a - b)
    expect(sequence).toEqual(Array.from({ length: lines }, (_, i) => i))
    expectWholeLedger(records.map(record => readLedgerHeaders(record.headers)))
    await client.close()
    if (broker !== undefined) await kill(broker.child, 'SIGTERM')
    expect(kills).toBeGreaterThan(3)
  })
}, 120_000)

/** Kills the agent at any moment until all is written; answers with the one that lives. */
async function writeAndKill(
  writer: Writer,
  settings: string[],
): Promise<{ agent: Awaited<ReturnType<typeof startRole>>; kills: number }> {
  let kills = 0
  let agent = await startRole('agent', settings)
  while (writer.written < lines) {
    for (let i = 0; i < 12; i++) {
      writer.write()
      await sleep(25)
    }
    if (kills % 2 === 0) writer.rotate()
    await sleep(Math.random() * 150)
    await kill(agent.child, 'SIGKILL')
    kills++
    if (kills % 3 === 0) writer.rotate()
    agent = await startRole('agent', settings)
  }
  return { agent, kills }
}

function linesOf(records: { value: Buffer }[]): number[] {
  return records.flatMap(({ value }) => itemsOf('logs', value).map(item => Number(item.attributes['seq'])))
}

/** No gap and no overlap in any generation of any file. */
function expectWholeLedger(entries: (LedgerEntry | undefined)[]): void {
  const known = entries.filter(entry => entry !== undefined)
  for (const group of Map.groupBy(known, entry => entry.generation).values()) {
    let at = 0
    for (const { from, to } of group.sort((a, b) => a.from - b.from)) {
      expect(from).toBe(at)
      at = to
    }
  }
}
