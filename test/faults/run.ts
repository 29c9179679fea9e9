import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '../../cli/config.ts'
import { Random } from '../../cli/demo/random.ts'
import { createStoreClient } from '../../store/index.ts'
import { type Stack, startStack, until } from '../e2e/stack.ts'
import { freePorts } from '../free-ports.ts'
import { compareFiles } from './compare-files.ts'
import { mountDisk, unmountDisk } from './disk.ts'
import { faults, type World } from './faults.ts'
import { completed, counted, describeSending, type Findings, proven } from './judge.ts'
import { KeptRole } from './kept-role.ts'
import { Relay } from './relay.ts'
import { forwardSender, kafkaSender, otlpSender, Sending } from './senders.ts'
import { WatchedFiles } from './watched-files.ts'

export interface FaultsOptions {
  seed: number
  seconds: number
  /** Lines written to files, a second. */
  rate: number
  files: number
  /** Told what happens. */
  say: (text: string) => void
}

const agentId = 'faults'
const stepMs = 100
const readyMs = 60_000
const preload = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

/** Everything under load and faults for so long; what was wrong at the end. */
export async function runFaults(options: FaultsOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
  const disk = join(folder, 'disk')
  const isMounted = mountDisk(disk)
  try {
    return await onDisk(options, folder, isMounted ? disk : undefined)
  } finally {
    if (process.env['FAULTS_KEEP'] === undefined) {
      if (isMounted) unmountDisk(disk)
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function onDisk(options: FaultsOptions, folder: string, disk: string | undefined): Promise<Findings> {
  const random = new Random(options.seed)
  const files = new WatchedFiles(join(folder, 'watched'), new Random(options.seed + 1))
  const [kafkaPort = 0, otlpPort = 0, forwardPort = 0] = await freePorts(3)
  const relay = new Relay(() => kafkaPort)
  const brokers = `[127.0.0.1:${await relay.listen()}]`
  const data = join(disk ?? folder, 'data')
  const set = [
    `dataDir=${data}`,
    `broker.listen=127.0.0.1:${kafkaPort}`,
    `broker.advertise=${brokers.slice(1, -1)}`,
    `kafka.brokers=${brokers}`,
    'agent.sources=[]',
    'telemetry.enabled=false',
  ]
  const stack = await startStack(set)
  const configFile = join(folder, 'agent.yaml')
  const clockFile = existsSync(preload) ? join(folder, 'clock') : undefined
  const agentData = join(disk ?? folder, 'agent')
  mkdirSync(agentData, { recursive: true })
  const reload = (number: number) =>
    writeFile(configFile, agentConfig({ dataDir: agentData, brokers, otlpPort, forwardPort, files, number }))
  await reload(0)
  if (clockFile !== undefined) await writeFile(clockFile, '+0s\n')
  const agent = new KeptRole(['agent', '--config', configFile], clockEnvironment(clockFile))
  await until(
    () => /^ready {2}/m.test(agent.output),
    readyMs,
    () => agent.output,
  )
  // what is rotated away before an agent first comes is not its to read
  for (let i = 0; i < options.files; i++) files.create()
  const sendings = [
    new Sending(otlpSender(`127.0.0.1:${otlpPort}`), 50, 250),
    new Sending(forwardSender(`127.0.0.1:${forwardPort}`), 20, 300),
    new Sending(await kafkaSender(brokers.slice(1, -1), 'otlp_logs'), 20, 500),
  ]
  const pidOf = (role: string) => (role === 'agent' ? agent.pid : stack.rolePid(role))
  const world: World = { random, pidOf, relay, disk, clockFile, reload }
  try {
    await underLoad(options, world, files)
    options.say(`load ends: ${files.lines} lines in ${files.incarnations.length} incarnations of files`)
    await Promise.all(sendings.map(sending => sending.stop()))
    for (const sending of sendings) options.say(describeSending(sending))
    const findings = await judge(stack, set, files, sendings, Date.now())
    if (findings.length > 0) await keepOutput(options.seed, agent.output, stack.output(), options.say)
    return findings
  } finally {
    await agent.stop()
    await stack.stop()
    await relay.close()
  }
}

/** For whoever looks for why: what the roles said. */
async function keepOutput(
  seed: number,
  agent: string,
  others: string,
  say: (text: string) => void,
): Promise<void> {
  const path = join(tmpdir(), `millrace-faults-${seed}.log`)
  await writeFile(path, `${agent}\n${others}`)
  say(`what the roles said: ${path}`)
}

/** Writes and rotates at the rate, while one fault follows another. */
async function underLoad(
  { seconds, rate, say }: FaultsOptions,
  world: World,
  files: WatchedFiles,
): Promise<void> {
  const startMs = performance.now()
  const elapsedS = () => (performance.now() - startMs) / 1000
  const wrong = (async () => {
    while (elapsedS() < seconds) {
      await sleep(500 + world.random.below(3_000))
      say(`${elapsedS().toFixed(1)} s: ${await world.random.pick(faults)(world)}`)
    }
  })()
  const rotating = new Random(1)
  while (elapsedS() < seconds) {
    const due = Math.floor(elapsedS() * rate) - files.lines
    if (due > 0) files.write(due, Date.now())
    if (rotating.chance(0.15)) say(`${elapsedS().toFixed(1)} s: ${files.rotate()}`)
    await sleep(stepMs)
  }
  // before the last fault ends: a half line that waits for longer than the agent does is two rows, and rightly so
  files.finish()
  await wrong
}

async function judge(
  stack: Stack,
  set: readonly string[],
  files: WatchedFiles,
  sendings: readonly Sending[],
  endMs: number,
): Promise<Findings> {
  const all = [...stack.arguments, '--set', set[0] ?? '', '--set', set[3] ?? '']
  const findings = [...(await completed(stack.url, endMs)), ...(await proven(all))]
  const client = await createStoreClient(
    parseConfig('', { set: all.filter(argument => argument !== '--set') }),
  )
  try {
    const place = (seq: number) => files.placeOf(seq)
    findings.push(...(await counted(client, 'seq', files.lines, place)))
    for (const { sender, acknowledged } of sendings)
      findings.push(...(await counted(client, sender.name, acknowledged)))
  } finally {
    await client.close()
  }
  findings.push(...(await compareFiles(stack.url, agentId, files.incarnations)))
  return findings
}

interface AgentWorld {
  dataDir: string
  brokers: string
  otlpPort: number
  forwardPort: number
  files: WatchedFiles
  number: number
}

/** JSON is YAML. */
function agentConfig({ dataDir, brokers, otlpPort, forwardPort, files, number }: AgentWorld): string {
  const sources = [
    { type: 'file', name: 'files', include: files.include },
    { type: 'otlp', http: `127.0.0.1:${otlpPort}`, grpc: null },
    { type: 'forward', listen: `127.0.0.1:${forwardPort}` },
  ]
  const agent = { id: agentId, listen: null, heartbeatMs: 1_000 + number, sources }
  return JSON.stringify({
    dataDir,
    kafka: { brokers: [brokers.slice(1, -1)] },
    agent,
    telemetry: { enabled: false },
  })
}

function clockEnvironment(clockFile: string | undefined): NodeJS.ProcessEnv {
  if (clockFile === undefined) return {}
  return {
    LD_PRELOAD: preload,
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}
