import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { Random } from '../../cli/demo/random.ts'
import { createStoreClient } from '../../store/index.ts'
import { childPids, type Stack, startStack } from '../e2e/stack.ts'
import { freePorts } from '../free-ports.ts'
import { compareFiles } from './compare-files.ts'
import { completed, counted, type Findings, proven } from './judge.ts'
import { PowerDisk } from './power-disk.ts'
import { forwardSender, kafkaSender, otlpSender, Sending } from './senders.ts'
import { WatchedFiles } from './watched-files.ts'

/** More by hand: `MILLRACE_POWER_ROUNDS=20 npx vitest run test/faults/power-loss`. */
const rounds = Number(process.env['MILLRACE_POWER_ROUNDS'] ?? 3)
const roundMs = 4_000
const stepMs = 100
const linesPerStep = 50

const folder = mkdtempSync(join(tmpdir(), 'millrace-power-'))
const mountPoint = join(folder, 'disk')
const disk = PowerDisk.make(folder, mountPoint)
const files = new WatchedFiles(join(folder, 'watched'), new Random(2))
let set: string[]
let stack: Stack
let sendings: Sending[]

beforeAll(async () => {
  if (disk === undefined) return
  const ports = await freePorts(6)
  const [broker, store, query, otlp, forward] = ports.map(port => `127.0.0.1:${port}`)
  const sources = [
    { type: 'file', name: 'files', include: files.include },
    { type: 'otlp', http: otlp, grpc: null },
    { type: 'forward', listen: forward },
  ]
  set = [
    `dataDir=${join(mountPoint, 'data')}`,
    `broker.listen=${broker}`,
    `store.listen=${store}`,
    `query.listen=${query}`,
    'agent.id=faults',
    `agent.sources=${JSON.stringify(sources)}`,
    'telemetry.enabled=false',
  ]
  stack = await startStack(set)
  for (let i = 0; i < 12; i++) files.create()
  sendings = [
    new Sending(otlpSender(otlp ?? ''), 50, 50),
    new Sending(forwardSender(forward ?? ''), 20, 50),
    new Sending(await kafkaSender(broker ?? '', 'otlp_logs'), 20, 50),
  ]
}, 120_000)

afterAll(async () => {
  await stack?.stop()
  disk?.remove()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

async function write(ms: number): Promise<void> {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs) {
    files.write(linesPerStep, Date.now())
    await sleep(stepMs)
  }
}

/** All that runs stands still, the disk is as it is at this moment, and nothing of the processes is left. */
async function losePower(of: PowerDisk, round: number): Promise<void> {
  const pids = [stack.pid, ...childPids(stack.pid).flatMap(pid => [pid, ...childPids(pid)])]
  // a new file each time: of one that is written over ext4 keeps the content by itself
  const unsynced = join(mountPoint, `unsynced-${round}`)
  writeFileSync(unsynced, 'x'.repeat(10_000))
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  of.cut()
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await stack.exit
  while (pids.some(pid => existsSync(`/proc/${pid}`))) await sleep(20)
  of.restore()
  // the machine has booted anew
  writeFileSync(join(mountPoint, 'data', 'store', 'in-use'), 'the boot before')
  // it is a loss of power: what nobody synced is gone
  expect(existsSync(unsynced) && statSync(unsynced).size > 0).toBe(false)
}

async function judge(endMs: number): Promise<Findings> {
  const findings = [
    ...(await completed(stack.url, endMs)),
    ...(await proven(set.flatMap(one => ['--set', one]))),
  ]
  const client = await createStoreClient(parseConfig('', { set }))
  try {
    findings.push(...(await counted(client, 'seq', files.lines, seq => files.placeOf(seq))))
    for (const { sender, acknowledged } of sendings)
      findings.push(...(await counted(client, sender.name, acknowledged)))
  } finally {
    await client.close()
  }
  return [...findings, ...(await compareFiles(stack.url, 'faults', files.incarnations))]
}

test.skipIf(disk === undefined)(
  'when the power goes, again and again, all that was acknowledged is there once, and every file comes back as it was',
  async () => {
    for (let round = 1; round <= rounds; round++) {
      await write(roundMs)
      await losePower(disk as PowerDisk, round)
      stack = await startStack(set)
    }
    await write(2_000)
    files.finish()
    await Promise.all(sendings.map(sending => sending.stop()))
    expect(await judge(Date.now())).toEqual([])
  },
  300_000 + rounds * 60_000,
)
