import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Logger,
  Metrics,
  messageOf,
  type Role,
  type RoleContext,
  stderrLogger,
  systemClock,
} from '../lib/base/index.ts'
import type { Telemetry } from '../lib/telemetry/index.ts'
import { exitDone, exitUsage } from './command.ts'
import type { Config } from './config.ts'
import { inWords } from './disk-trouble.ts'
import { type ConfigSource, followConfig } from './follow-config.ts'
import type { RoleName } from './role-name.ts'
import { settleHeap } from './settle-heap.ts'

export type StartRole = (config: Config, context: RoleContext) => Promise<Role>

/** What a role tells the supervisor over IPC. */
export type FromRole =
  | { type: 'ready'; addresses: Record<string, string> }
  | { type: 'failed'; message: string }
/** What the supervisor tells a role: where to send telemetry about itself. */
export type ToRole = { type: 'telemetry'; endpoint: string }

const closeDeadlineMs = 15_000
/** A start that is nearly over is let end, and the role then closed as always. */
const startGraceMs = 1_000

/**
 * Runs one role until it is told to stop: SIGTERM or SIGINT, or the supervisor's end where there is one. Resolves to
 * the exit code. Under a supervisor SIGINT is left to it, since Ctrl-C reaches the whole foreground group.
 */
export async function runRole(
  name: RoleName,
  config: Config,
  start: StartRole,
  source: ConfigSource,
): Promise<number> {
  const supervised = process.send !== undefined
  const logger = stderrLogger(name, config.logLevel)
  const metrics = new Metrics()
  const stop = stopSignal(supervised)
  const context: RoleContext = {
    logger,
    metrics,
    clock: systemClock,
    fail: error => stop.trigger(error),
    done: () => stop.trigger(),
  }
  const role = await readyOrStopped(start(config, context), stop).catch(error =>
    cannotStart(inWords(error, config.dataDir)),
  )
  if (role === undefined) return ended(name, await stop.wait)
  const telemetry = telemetryOf(name, config, logger, metrics)
  telemetry.point(config.telemetry.endpoint)
  announce(name, role, supervised)
  const watching = followConfig({ name, role, running: config }, source, logger)
  settleHeap()
  const failure = await stop.wait
  const late = setTimeout(() => {
    logger.error('did not stop in time, ending', { deadline_ms: closeDeadlineMs })
    process.exit(exitUsage)
  }, closeDeadlineMs)
  watching.close()
  await telemetry.close()
  await role.close()
  clearTimeout(late)
  return ended(name, failure)
}

/** Undefined where it is told to stop while it still waits for something: every role may be killed at any moment. */
async function readyOrStopped(starting: Promise<Role>, stop: Stop): Promise<Role | undefined> {
  const stopped = stop.wait.then(() => sleep(startGraceMs, undefined))
  return await Promise.race([starting, stopped])
}

/** A supervisor says it in its own words. Listeners of its channel would keep the process alive, so it is ended. */
async function cannotStart(error: unknown): Promise<never> {
  if (process.send === undefined) throw error
  const failed: FromRole = { type: 'failed', message: messageOf(error) }
  return await new Promise<never>(() => process.send?.(failed, () => process.exit(exitUsage)))
}

function ended(name: RoleName, failure: unknown): never {
  if (failure !== undefined) process.stderr.write(`millrace ${name}: ${messageOf(failure)}\n`)
  // everything of ours is closed; the exporter may still try to reach an agent that stopped before us
  process.exit(failure === undefined ? exitDone : exitUsage)
}

function announce(name: RoleName, role: Role, supervised: boolean): void {
  if (supervised) {
    tell({ type: 'ready', addresses: role.addresses })
    return
  }
  const stream = role.ownsStdout === true ? process.stderr : process.stdout
  stream.write(`ready  ${[name, ...describeAddresses(role.addresses)].join('  ')}\n`)
}

/** `kafka 127.0.0.1:9092` for each address. */
export function describeAddresses(addresses: Record<string, string>): string[] {
  return Object.entries(addresses).map(([key, address]) => `${key} ${address}`)
}

function tell(message: FromRole): void {
  process.send?.(message)
}

interface Stop {
  trigger(failure?: unknown): void
  wait: Promise<unknown>
}

function stopSignal(supervised: boolean): Stop {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const quit = () => resolve(undefined)
  process.once('SIGTERM', quit)
  if (supervised) {
    process.on('SIGINT', () => undefined)
    process.once('disconnect', quit)
  } else {
    process.once('SIGINT', quit)
  }
  return { trigger: resolve, wait: promise }
}

/** Telemetry starts when its endpoint is known: from the configuration, or later from the supervisor. */
function telemetryOf(name: RoleName, config: Config, logger: Logger, metrics: Metrics) {
  let running: Promise<Telemetry> | undefined
  const point = (endpoint: string | null) => {
    if (endpoint === null || !config.telemetry.enabled || running !== undefined) return
    // loaded only now: it takes longer than all the rest of a role's start
    const starting = import('../lib/telemetry/index.ts').then(({ startTelemetry }) =>
      startTelemetry({
        role: name,
        instance: name === 'agent' ? config.agent.id : undefined,
        endpoint,
        intervalMs: config.telemetry.intervalMs,
        logger,
        metrics,
      }),
    )
    running = starting
    starting.catch((error: unknown) =>
      logger.warn('no telemetry about this process', { error: messageOf(error) }),
    )
  }
  process.on('message', (message: ToRole) => point(message.endpoint))
  const close = async () => {
    const telemetry = await running?.catch(() => undefined)
    await telemetry?.close()
  }
  return { point, close }
}
