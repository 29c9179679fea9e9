import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { memoryLogger, OnceAMinute, systemClock } from '../../../lib/base/index.ts'
import { type Log, openLog } from '../../../lib/log/index.ts'
import { LossyDisk } from '../../../lib/log/testing/lossy-disk.ts'
import { seeded } from '../../../lib/log/testing/seeded.ts'
import { positionsFile } from '../../file-names.ts'
import { Lane } from '../../spool/lane.ts'
import { readSpool } from '../../testing/read-spool.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { type FilePosition, identityHeaders } from './position.ts'
import { Positions } from './positions.ts'

const files = ['f0', 'f1', 'f2', 'f3']
const rounds = 5

function positionAt(generation: string, offset: number): FilePosition {
  const path = `/l/${generation}`
  const identity = { source: path, path, target: '', device: '1', inode: generation, birth: '123' }
  const sums = { headLength: Math.min(1024, offset), headSum: offset, tailSum: offset + 1 }
  return { generation, ...identity, ...sums, offset, skipping: false, continuing: false, done: false }
}

/** An agent's spool and positions under one folder, on a disk that forgets what was not synced. */
class Agent {
  readonly #folder: string
  readonly #random: () => number
  readonly #disk: LossyDisk
  readonly #log: Log
  readonly #lane: Lane
  readonly #positions: Positions
  /** Up to where each file is known to be durable. */
  readonly durable = new Map<string, number>()
  /** The checkpoint before the one that is being written. */
  #before: string | undefined
  #isCheckpointing = false
  #isStopping = false
  readonly #running: Promise<unknown>

  private constructor(folder: string, random: () => number, disk: LossyDisk, log: Log, positions: Positions) {
    this.#folder = folder
    this.#random = random
    this.#disk = disk
    this.#log = log
    this.#positions = positions
    this.#lane = laneOf(log)
    for (const file of files) this.durable.set(file, positions.get(file)?.offset ?? 0)
    this.#running = Promise.all([...files.map(file => this.#read(file)), this.#keepHouse()])
  }

  static async open(folder: string, random: () => number): Promise<Agent> {
    mkdirSync(join(folder, 'spool'), { recursive: true })
    const disk = new LossyDisk(join(folder, 'spool'))
    const log = await openSpool(folder)
    return new Agent(folder, random, disk, log, await load(folder, log))
  }

  /** Takes lines of a file, one record after the other, as its source does. */
  async #read(file: string): Promise<void> {
    for (let from = this.durable.get(file) ?? 0; !this.#isStopping; ) {
      const to = from + 1 + Math.floor(this.#random() * 500)
      const position = positionAt(file, to)
      const entry = { agent: 'a', source: position.source, generation: file, from, to, lines: 1, dropped: {} }
      const onDurable = () => {
        this.#positions.note(position)
        this.durable.set(file, to)
      }
      const value = Buffer.alloc(to - from, file)
      await this.#lane.append({ value, entry, headers: identityHeaders(position), onDurable })
      from = to
    }
  }

  /** Writes checkpoints, and lets go of what they count and a broker has. */
  async #keepHouse(): Promise<void> {
    const path = positionsFile(this.#folder)
    while (!this.#isStopping) {
      await sleep(this.#random() * 8)
      this.#before = existsSync(path) ? readFileSync(path, 'utf8') : undefined
      this.#isCheckpointing = true
      await this.#positions.checkpoint(new Map([['logs', this.#lane.durableOffset]]))
      this.#isCheckpointing = false
      await this.#log.deleteBefore(this.#positions.covered('logs'))
    }
  }

  /** What a loss of power at this moment leaves, and what was durable then. */
  lose(into: string): Map<string, number> {
    this.#disk.leave(join(into, 'spool'), this.#random)
    const path = positionsFile(this.#folder)
    const isOld = this.#isCheckpointing && this.#random() < 0.5
    const text = isOld ? this.#before : existsSync(path) ? readFileSync(path, 'utf8') : undefined
    if (text !== undefined) writeFileSync(positionsFile(into), text)
    return new Map(this.durable)
  }

  async stop(): Promise<void> {
    this.#disk.stop()
    this.#isStopping = true
    await this.#running
    await this.#lane.close()
    await this.#log.close()
  }
}

function openSpool(folder: string): Promise<Log> {
  const options = { folder: join(folder, 'spool'), segmentBytes: 4_000, flush: 'ack' as const }
  return openLog(options, { logger: memoryLogger().logger })
}

function load(folder: string, log: Log): Promise<Positions> {
  return Positions.load(folder, [{ name: 'logs', log }], memoryLogger().logger)
}

function laneOf(log: Log): Lane {
  const troubles = new OnceAMinute(memoryLogger().logger, systemClock)
  const name = { name: 'logs', signal: 'logs', topic: 't', use: 'signal' } as const
  return new Lane({ ...name, log, clock: systemClock, troubles, hasRoom: () => true })
}

/** Where each file ends that has records in what is left of the spool. */
async function endsIn(log: Log): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  for (const { entry } of await readSpool(log)) {
    const end = ends.get(entry.generation)
    // what follows goes on where the record before it ends
    if (end !== undefined) expect(entry.from).toBe(end)
    ends.set(entry.generation, entry.to)
  }
  return ends
}

test.each([1, 2, 3, 4, 5, 6])(
  'when the power goes, positions are neither before what is durable nor behind what is there: seed %i',
  async seed => {
    await inTemporaryFolder(async base => {
      const random = seeded(seed)
      let folder = join(base, '0')
      for (let round = 1; round <= rounds; round++) {
        const agent = await Agent.open(folder, random)
        await sleep(20 + random() * 60)
        folder = join(base, String(round))
        const durable = agent.lose(folder)
        await agent.stop()
        const log = await openSpool(folder)
        const positions = await load(folder, log)
        const ends = await endsIn(log)
        for (const file of files) {
          const offset = positions.get(file)?.offset ?? 0
          expect(offset).toBeGreaterThanOrEqual(durable.get(file) ?? 0)
          // where nothing is left of it, all of it was let go: no more than was durable
          expect(offset).toBe(ends.get(file) ?? durable.get(file))
        }
        await log.close()
      }
    })
  },
  60_000,
)
