import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { noFilter } from '../../agent/records/filter.ts'
import { OpenFiles } from '../../agent/sources/file/open-files.ts'
import { Positions } from '../../agent/sources/file/positions.ts'
import { kindOf, sourceConfig } from '../../agent/sources/kinds.ts'
import { type Item, itemsOf, readSpool } from '../../agent/testing/read-spool.ts'
import { withSpool } from '../../agent/testing/spool.ts'
import { Metrics, systemClock } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'

/** Where the peers' `install` puts what it builds. */
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')

/** The program of a peer in ../shared/peers; undefined where it is not installed. */
export function peerProgram(peer: string, name: string): string | undefined {
  const path = join(cache, 'millrace-peers', peer, 'bin', name)
  return existsSync(path) ? path : undefined
}

export function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface Receiver {
  addresses: Readonly<Record<string, string>>
  portOf(name: string): string
  items(signal?: Signal): Promise<Item[]>
  /** While true the spool takes nothing, as where it is full. */
  full(isFull: boolean): void
}

/** One source of the agent over a spool of its own, and what it took. */
export function receiving(source: object, run: (receiver: Receiver) => Promise<void>): Promise<void> {
  return withSpool(async ({ spool, intake, folder, logger }) => {
    const config = sourceConfig.parse(source)
    const host = {
      configKey: 'agent.sources[0]',
      name: config.type,
      agentId: 'a',
      hostName: 'box',
      startedMs: 1,
    }
    const positions = await Positions.load(folder, spool.lanes, logger)
    const world = { clock: systemClock, logger, metrics: new Metrics(), random: Math.random }
    const parts = { spool, intake, positions, openFiles: new OpenFiles(16), filter: noFilter }
    const started = await kindOf(config).start(config, {
      ...host,
      ...world,
      ...parts,
      finished: () => undefined,
    })
    started.begin?.()
    try {
      await run({
        addresses: started.addresses,
        portOf: name => started.addresses[name]?.split(':')[1] ?? '',
        items: async (signal = 'logs') =>
          (await readSpool(spool.lane(signal).log)).flatMap(({ value }) => itemsOf(signal, value)),
        full: isFull => {
          spool.heldBy = () => (isFull ? 'agent.spool.maxBytes' : undefined)
          spool.wake()
        },
      })
    } finally {
      await started.close()
    }
  })
}

/** Runs a program beside a test, and ends it by its id. */
export async function beside(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  run: (output: () => string) => Promise<void>,
): Promise<void> {
  const child: ChildProcess = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      output = (output + String(chunk)).slice(-20_000)
    })
  try {
    await run(() => output)
  } catch (error) {
    throw new Error(`${program} said:\n${output}`, { cause: error })
  } finally {
    child.kill('SIGKILL')
  }
}
