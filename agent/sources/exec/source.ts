import { type ChildProcess, spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { codeOf, messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { originOf } from '../../records/origin.ts'
import type { SourceHost } from '../source.ts'
import { FollowingSource } from '../stream/following-source.ts'
import { LineFeed } from '../stream/line-feed.ts'
import type { ExecConfig } from './config.ts'

/** A program that ends is started again after this long, doubled each time it ends at once. */
const firstRestartMs = 1_000
const mostRestartMs = 60_000
const killAfterMs = 5_000

export type ExecOptions = Pick<SourceHost, 'intake' | 'clock' | 'logger' | 'hostName'> & {
  config: ExecConfig
}

/** What a program writes to its standard output and error, a line a record. */
export class ExecSource extends FollowingSource {
  readonly #options: ExecOptions
  readonly #troubles: OnceAMinute
  #child: ChildProcess | undefined

  constructor(options: ExecOptions) {
    super(options.intake)
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  override async close(): Promise<void> {
    const force = setTimeout(() => this.#kill('SIGKILL'), killAfterMs)
    await super.close()
    clearTimeout(force)
  }

  protected stop(): void {
    this.#kill('SIGTERM')
  }

  /** The whole group: what a shell has started holds the pipes as well. */
  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child ?? {}
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error
    }
  }

  protected async run(): Promise<void> {
    const { intervalMs } = this.#options.config
    let restMs = firstRestartMs
    while (!this.isClosing) {
      const startMs = this.#options.clock.monotonicMs()
      await this.#once()
      const tookMs = this.#options.clock.monotonicMs() - startMs
      if (intervalMs === null)
        restMs = tookMs > mostRestartMs ? firstRestartMs : Math.min(mostRestartMs, restMs * 2)
      if (!this.isClosing)
        await this.wake.wait(intervalMs === null ? restMs : Math.max(0, intervalMs - tookMs))
    }
  }

  async #once(): Promise<void> {
    const { command, environment, directory, intervalMs, timeoutMs } = this.#options.config
    const [program = '', ...rest] = command
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...environment },
      ...(directory === null ? {} : { cwd: directory }),
    })
    this.#child = child
    const late = intervalMs === null ? undefined : setTimeout(() => this.#kill('SIGKILL'), timeoutMs)
    const ended = new Promise<string | undefined>(resolve => {
      child.once('error', error => resolve(messageOf(error)))
      child.once('exit', (code, signal) =>
        resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`),
      )
    })
    await Promise.all([this.#read(child.stdout, 'stdout'), this.#read(child.stderr, 'stderr')])
    const problem = await ended
    clearTimeout(late)
    this.#child = undefined
    if (problem !== undefined && !this.isClosing)
      this.#troubles.warn(
        'a program of the exec source failed',
        { command: command.join(' '), problem },
        program,
      )
  }

  async #read(stream: Readable, name: 'stdout' | 'stderr'): Promise<void> {
    const { config, intake, clock, hostName } = this.#options
    const service = config.service ?? basename(config.command[0] ?? 'exec')
    const resource = { 'log.iostream': name, 'process.command': config.command.join(' ') }
    const origin = originOf({ service, host: hostName, resource, scope: 'millrace.exec' })
    const feed = new LineFeed({
      ...config,
      namesService: config.service === null,
      intake,
      origin,
      nowMs: () => clock.nowMs(),
    })
    try {
      await feed.read(stream)
    } catch (error) {
      if (!this.isClosing) this.#troubles.warn('reading a program failed', { error: messageOf(error) }, name)
    }
  }
}
