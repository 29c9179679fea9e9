import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Logger, OperatingError } from '../lib/base/index.ts'
import type { RoleName } from './role-name.ts'
import type { FromRole, ToRole } from './role-process.ts'

export interface RolePlan {
  name: RoleName
  /** Arguments after the role's name. Asked for at each start, so that addresses taken meanwhile can be handed on. */
  args: () => string[]
}

export interface SupervisorOptions {
  /** The program to start roles with, before the role's name: `[bin/millrace.js]`. */
  program: readonly string[]
  logger: Logger
  onReady: (name: RoleName, addresses: Record<string, string>, tookMs: number) => void
  /** A role has ended because it was asked to. */
  onStopped?: (name: RoleName, tookMs: number) => void
  backoffMs?: readonly number[]
  stopTimeoutMs?: number
}

interface Child {
  plan: RolePlan
  process: ChildProcess | undefined
  addresses: Record<string, string> | undefined
  failures: number
  restart: NodeJS.Timeout | undefined
}

/**
 * What Node itself is told. Answers are short-lived: with 4 MiB for what is young instead of 16 the query role takes 180 MiB instead of
 * 218 after the same questions, and no more processor time.
 */
const nodeOptions: Readonly<Partial<Record<RoleName, readonly string[]>>> = {
  query: ['--max-semi-space-size=4'],
}
const defaultBackoffMs = [200, 500, 1_000, 2_000, 5_000, 10_000]
/** A role that stayed up this long starts again at the first backoff. */
const healthyMs = 30_000
const defaultStopTimeoutMs = 20_000

/**
 * Runs roles as child processes. One that ends by itself is started again, with backoff; one that fails before it was
 * ever ready ends the start, since a wrong configuration would fail for ever. Each child holds an IPC channel to this
 * process and stops when it closes, so a killed supervisor leaves nothing running.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #children: Child[] = []
  #closing: Promise<void> | undefined
  #telemetryEndpoint: string | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Starts one role and resolves when it is ready. Errors: ROLE_FAILED with the role's own line. */
  async start(plan: RolePlan): Promise<Record<string, string>> {
    const child: Child = { plan, process: undefined, addresses: undefined, failures: 0, restart: undefined }
    this.#children.push(child)
    return await this.#launch(child)
  }

  /** Tells every role, now and at each restart, where to send telemetry about itself. */
  pointTelemetry(endpoint: string): void {
    this.#telemetryEndpoint = endpoint
    for (const child of this.#children) this.#tellTelemetry(child)
  }

  /** Process ids of what runs now, by role. */
  pids(): Partial<Record<RoleName, number>> {
    return Object.fromEntries(this.#children.map(c => [c.plan.name, c.process?.pid]))
  }

  /** Stops the roles one after the other, last started first. */
  close(): Promise<void> {
    this.#closing ??= this.#stopAll()
    return this.#closing
  }

  async #launch(child: Child): Promise<Record<string, string>> {
    const { plan } = child
    const started = performance.now()
    const args = [...(nodeOptions[plan.name] ?? []), ...this.#options.program, plan.name, ...plan.args()]
    const running = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child.process = running
    const first = Promise.withResolvers<Record<string, string>>()
    let failed: string | undefined
    running.on('message', (message: FromRole) => {
      if (message.type === 'failed') {
        failed = message.message
        return
      }
      child.addresses = message.addresses
      this.#options.onReady(plan.name, message.addresses, performance.now() - started)
      this.#tellTelemetry(child)
      first.resolve(message.addresses)
    })
    running.once('exit', (code, signal) => {
      child.process = undefined
      const how = failed ?? signal ?? `exit code ${code}`
      const why = failed ?? `it ended (${how}) before it was ready`
      first.reject(new OperatingError('ROLE_FAILED', `${plan.name}: ${why}`))
      if (child.addresses !== undefined) this.#again(child, how, performance.now() - started)
    })
    return await first.promise
  }

  #again(child: Child, how: string, livedMs: number): void {
    if (this.#closing !== undefined) return
    child.failures = livedMs >= healthyMs ? 1 : child.failures + 1
    const backoffMs = this.#options.backoffMs ?? defaultBackoffMs
    const waitMs = backoffMs[Math.min(child.failures, backoffMs.length) - 1] ?? 1000
    this.#options.logger.warn('role ended, starting it again', {
      role: child.plan.name,
      how,
      wait_ms: waitMs,
    })
    child.restart = setTimeout(() => {
      // a failed restart comes back here by its own exit event
      this.#launch(child).catch(() => undefined)
    }, waitMs)
  }

  #tellTelemetry(child: Child): void {
    if (this.#telemetryEndpoint === undefined || child.process?.connected !== true) return
    const message: ToRole = { type: 'telemetry', endpoint: this.#telemetryEndpoint }
    // the channel may close under our hands: the exit event deals with it
    child.process.send(message, () => undefined)
  }

  async #stopAll(): Promise<void> {
    for (const child of this.#children) clearTimeout(child.restart)
    for (const child of [...this.#children].reverse()) await this.#stop(child)
  }

  async #stop(child: Child): Promise<void> {
    const running = child.process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    const askedMs = performance.now()
    running.kill('SIGTERM')
    const late = setTimeout(() => {
      this.#options.logger.warn('role did not stop in time, killing it', { role: child.plan.name })
      running.kill('SIGKILL')
    }, this.#options.stopTimeoutMs ?? defaultStopTimeoutMs)
    await ended
    clearTimeout(late)
    this.#options.onStopped?.(child.plan.name, performance.now() - askedMs)
  }
}
