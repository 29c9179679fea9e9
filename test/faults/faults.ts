import { statfsSync } from 'node:fs'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../cli/demo/random.ts'
import type { Relay } from './relay.ts'

export interface World {
  random: Random
  /** Of a role that runs now. */
  pidOf(role: string): number | undefined
  relay: Relay
  /** A file system of its own, which may be filled; undefined where none could be made. */
  disk: string | undefined
  /** Where libfaketime reads how far the agent's clock is off; undefined where it is not installed. */
  clockFile: string | undefined
  /** Has the agent take up another configuration, by a changed file. */
  reload(number: number): Promise<void>
}

/** Something that goes wrong for a while; resolves when it is over, to what was done. */
export type Fault = (world: World) => Promise<string>

const roles = ['agent', 'broker', 'aggregator', 'store', 'query'] as const
const kept = 1_048_576

export const faults: readonly Fault[] = [kill, kill, freeze, cut, slow, fillDisk, shiftClock, reload]

function kill({ random, pidOf }: World): Promise<string> {
  const role = random.pick(roles)
  signal(pidOf(role), 'SIGKILL')
  return Promise.resolve(`kill -9 ${role}`)
}

async function freeze({ random, pidOf }: World): Promise<string> {
  const role = random.pick(roles)
  const pid = pidOf(role)
  const ms = 500 + random.below(12_000)
  signal(pid, 'SIGSTOP')
  await sleep(ms)
  signal(pid, 'SIGCONT')
  return `${role} frozen for ${ms} ms`
}

function cut({ relay }: World): Promise<string> {
  relay.cut()
  return Promise.resolve('connections to the broker cut')
}

async function slow({ random, relay }: World): Promise<string> {
  const ms = 1_000 + random.below(4_000)
  relay.delayMs = 20 + random.below(400)
  const said = `connections to the broker slowed by ${relay.delayMs} ms for ${ms} ms`
  await sleep(ms)
  relay.delayMs = 0
  return said
}

async function fillDisk({ random, disk }: World): Promise<string> {
  if (disk === undefined) return 'disk not filled: no file system of its own'
  const ms = 1_000 + random.below(11_000)
  const path = join(disk, 'filler')
  await fill(path, disk)
  await sleep(ms)
  await rm(path, { force: true })
  return `disk full for ${ms} ms`
}

/** Meanwhile lines that are half written must be finished in time: nothing here waits for the disk at once. */
async function fill(path: string, disk: string): Promise<void> {
  const { bavail, bsize } = statfsSync(disk)
  const piece = Buffer.alloc(kept)
  try {
    for (let left = bavail * bsize; left > 0; left -= piece.length) await appendFile(path, piece)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOSPC') throw error
  }
}

async function shiftClock({ random, clockFile }: World): Promise<string> {
  if (clockFile === undefined) return 'clock not shifted: libfaketime is not installed'
  const seconds = random.below(7_200) - 3_600
  await writeFile(clockFile, `${seconds < 0 ? '' : '+'}${seconds}s\n`)
  const ms = 1_000 + random.below(4_000)
  await sleep(ms)
  await writeFile(clockFile, '+0s\n')
  return `agent's clock off by ${seconds} s for ${ms} ms`
}

async function reload({ random, reload: take }: World): Promise<string> {
  await take(random.below(1_000))
  return 'another configuration for the agent'
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, name)
  } catch (error) {
    // it ended by itself meanwhile
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}
