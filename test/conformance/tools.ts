import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Debian's kcat, where it is installed: librdkafka's own client. */
export const hasKcat = spawnSync('kcat', ['-V']).status === 0

const kafka = join(import.meta.dirname, '../../../shared/peers/kafka/kafka')
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'millrace-peers/kafka')

/** Kafka's own tools, where the checkout has them beside it, their jars are fetched already, and there is a Java. */
export const hasKafkaTools =
  existsSync(kafka) &&
  existsSync(cache) &&
  readdirSync(cache).length > 0 &&
  spawnSync('java', ['-version']).status === 0

export interface Output {
  status: number | null
  lines: string[]
  errors: string
}

export function kcat(args: readonly string[], input = ''): Promise<Output> {
  return run('kcat', args, input)
}

/** Runs a class of Kafka's tools; a JVM takes a second or two. */
export function kafkaTool(className: string, args: readonly string[], input = ''): Promise<Output> {
  return run(kafka, ['run', className, ...args], input)
}

/** One of Kafka's programs while it runs. */
export interface KafkaProgram {
  /** What it has said so far. */
  readonly lines: string[]
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts a class of Kafka's that runs until it is told to end. */
export function startKafkaProgram(className: string, args: readonly string[]): KafkaProgram {
  // in a group of its own: the script is not the JVM
  const child = spawn(kafka, ['run', className, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const lines: string[] = []
  createInterface(child.stdout).on('line', line => lines.push(line))
  const end = async (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal)
    await ended
  }
  return { lines, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

export function run(command: string, args: readonly string[], input: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    })
    let out = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      errors += text
    })
    child.on('error', reject)
    child.on('close', status =>
      resolve({ status, lines: out.split('\n').filter(line => line !== ''), errors }),
    )
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
