import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LogsAnswer } from '../../query/index.ts'

export const program = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url))

export interface Stack {
  folder: string
  dataDir: string
  url: string
  /** Addresses by role and name, as printed: `broker kafka`, `agent otlpHttp`. */
  address(role: string, name: string): string
  pid: number
  /** The process id of a role now; undefined while it is down. */
  rolePid(role: string): number | undefined
  /** `--set` arguments that point another command at this stack. */
  arguments: string[]
  output(): string
  exit: Promise<number | null>
  stop(): Promise<number | null>
}

const startTimeoutMs = 60_000

/**
 * Starts `millrace up` on free ports in a folder of its own. `set` are further `--set` assignments; `prepare` sees the data
 * folder first.
 */
export async function startStack(
  set: readonly string[] = [],
  prepare: (dataDir: string) => Promise<void> = () => Promise.resolve(),
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'))
  const dataDir = join(folder, 'data')
  const assignments = [
    `dataDir=${dataDir}`,
    ...['broker', 'store', 'query'].map(role => `${role}.listen=127.0.0.1:0`),
    ...set,
  ]
  await prepare(dataDir)
  const child = spawn(process.execPath, [program, 'up', ...assignments.flatMap(a => ['--set', a])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  })
  const text = collect(child)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  try {
    await until(() => /^ready {2}/m.test(text()) || child.exitCode !== null, startTimeoutMs, text)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  if (child.exitCode !== null) throw new Error(`millrace up ended with ${child.exitCode}:\n${text()}`)
  return stackOf(child, folder, dataDir, text, exit)
}

export interface RunningRole {
  pid: number
  /** What it printed as its address: `http 127.0.0.1:4300` gives 127.0.0.1:4300. */
  address: string
  output(): string
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts one role in the foreground and waits until it is ready. */
export async function startRole(role: string, set: readonly string[]): Promise<RunningRole> {
  const all = ['broker.groupInitialRebalanceDelayMs=0', ...set]
  return await startProgram(process.execPath, [program, role, ...all.flatMap(a => ['--set', a])])
}

/** The same for any program that runs one role in the foreground. */
export async function startProgram(file: string, args: readonly string[]): Promise<RunningRole> {
  const env = { ...process.env, NODE: process.execPath }
  const child = spawn(file, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  const text = collect(child)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  await until(() => /^ready {2}/m.test(text()) || child.exitCode !== null, startTimeoutMs, text)
  if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${text()}`)
  const address = /^ready {2}\S+ {2}\S+ (\S+)/m.exec(text())?.[1] ?? ''
  return {
    pid: child.pid as number,
    address,
    output: text,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return await exit
    },
  }
}

function stackOf(
  child: ChildProcess,
  folder: string,
  dataDir: string,
  text: () => string,
  exit: Promise<number | null>,
): Stack {
  const address = (role: string, name: string) => addressIn(text(), role, name)
  const kafka = address('broker', 'kafka')
  const url = `http://${address('query', 'http')}`
  const pid = child.pid as number
  // left out where clickhouse.url names another
  const store = /^store .* up in /m.test(text()) ? [`store.listen=${address('store', 'clickhouse')}`] : []
  return {
    folder,
    dataDir,
    url,
    address,
    pid,
    rolePid: role => rolePid(pid, role),
    arguments: [
      `dataDir=${dataDir}`,
      `broker.listen=${kafka}`,
      ...store,
      `query.listen=${address('query', 'http')}`,
    ].flatMap(a => ['--set', a]),
    output: text,
    exit,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const code = await exit
      rmSync(folder, { recursive: true, force: true })
      return code
    },
  }
}

function addressIn(text: string, role: string, name: string): string {
  const line = text.split('\n').find(l => l.startsWith(role) && l.includes(' up in '))
  const found = line?.split(/ {2,}/).find(part => part.startsWith(`${name} `))
  if (found === undefined) throw new Error(`no address ${role} ${name} in:\n${text}`)
  return found.slice(name.length + 1)
}

function collect(child: ChildProcess): () => string {
  const chunks: string[] = []
  child.stdout?.on('data', chunk => chunks.push(String(chunk)))
  child.stderr?.on('data', chunk => chunks.push(String(chunk)))
  return () => chunks.join('')
}

/** Children of the supervisor, told apart by their command line (proc(5)). */
export function rolePid(supervisorPid: number, role: string): number | undefined {
  return childPids(supervisorPid).find(pid => {
    const words = commandLine(pid)
    return words[words.findIndex(word => word.endsWith('millrace.js')) + 1] === role
  })
}

export function childPids(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** Waits until something holds; fails with what was printed so far. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  context: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(`not so within ${timeoutMs} ms\n${context().slice(-6000)}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** Runs one command to its end. */
export async function run(args: readonly string[], timeoutMs = 60_000) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const out: string[] = []
  const err: string[] = []
  child.stdout.on('data', chunk => out.push(String(chunk)))
  child.stderr.on('data', chunk => err.push(String(chunk)))
  const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { code, stdout: out.join(''), stderr: err.join('') }
}

export async function searchLogs(stack: Stack, parameters: Record<string, string>): Promise<LogsAnswer> {
  const response = await fetch(`${stack.url}/api/logs?${new URLSearchParams(parameters)}`)
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return (await response.json()) as LogsAnswer
}
