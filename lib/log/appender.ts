import { codeOf, messageOf, OperatingError } from '../base/index.ts'
import { BatchCursor } from '../kafka/index.ts'
import { Checkpointer } from './checkpointer.ts'
import { cutToStable } from './cut.ts'
import { isOutOfDescriptors } from './file-pool.ts'
import { syncFile, writeFully, writeNow } from './files.ts'
import { type Gathered, gather } from './gather.ts'
import { writeIndexes } from './index-files.ts'
import { createSegment } from './recovery.ts'
import { closed } from './segment.ts'
import { beginActive, endOf, type LogState } from './state.ts'
import type { AppendResult } from './types.ts'

interface Append extends Gathered {
  resolve: (result: AppendResult) => void
  reject: (error: Error) => void
}
/** Something that must not run beside a write: a truncation, a roll, the end. */
interface Task {
  run: () => Promise<void>
  reject: (error: Error) => void
}

/** Up to here a write is done at once. */
const maxDirectBytes = 16_384

/**
 * The only writer of a log. One write is in flight at a time and takes along all that gathered meanwhile; syncs run
 * beside writes, one at a time, each as soon as the last has ended (group commit that clocks itself).
 * A failed write is cut off the file again and fails everything that waits, so no gap can arise behind it.
 */
export class Appender {
  readonly #state: LogState
  readonly #checkpointer: Checkpointer
  #queue: (Append | Task)[] = []
  #isRunning = false
  #unsynced: Append[] = []
  #syncing: Promise<void> | undefined
  /** The file may hold bytes past its known end; they must go before the next write. */
  #needsRepair = false
  #closed = false

  constructor(state: LogState, isVouchedFor: boolean) {
    this.#state = state
    this.#checkpointer = new Checkpointer(state, isVouchedFor)
  }

  /** With `flush: 'os'` all that was written since the last recovery point. */
  get unsyncedBytes(): number {
    const { active, stable, options } = this.#state
    const synced = options.flush === 'ack' ? stable.position : this.#checkpointer.syncedPosition
    return active.sizeBytes - synced
  }

  append(batches: Buffer): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      if (this.#closed) reject(closedError(this.#state.options.folder))
      else if (!holdsWholeBatches(batches))
        reject(new OperatingError('CORRUPT_BATCH', 'these are no whole record batches'))
      else this.#enqueue({ batches, baseOffset: 0, lastOffset: 0, resolve, reject })
    })
  }

  /** Runs after all appends before it are settled and before any after it is written. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(closedError(this.#state.options.folder))
        return
      }
      this.#enqueue({
        run: async () => {
          await this.#settled()
          await work().then(resolve, reject)
        },
        reject,
      })
    })
  }

  /** Closes the active segment and begins a new one; to be called inside `exclusively`. */
  async roll(): Promise<void> {
    const state = this.#state
    await this.#settled()
    await this.#checkpointer.idle()
    if (state.active.sizeBytes === 0) return
    const full = state.active
    full.noteTime()
    await state.resources.files.use(full.logPath, syncFile)
    await writeIndexes(state.resources, full)
    const next = await createSegment(state.options.folder, state.resources, full.nextOffset)
    state.resources.indexes.set(full.logPath, full)
    state.closed.push(closed(full))
    beginActive(state, next)
    state.stable = endOf(next)
    await this.#checkpointer.write()
  }

  /** Makes the checkpoint say what is true now; to be called inside `exclusively`, with everything synced. */
  checkpoint(): Promise<void> {
    return this.#checkpointer.write()
  }

  /** Closed segments may be exchanged afterwards; to be called inside `exclusively`. */
  passClosed(): Promise<void> {
    return this.#checkpointer.passClosed()
  }

  /** Makes recovery look at everything from the segment of `offset` on, before it is cut. */
  distrust(offset: number): Promise<void> {
    return this.#checkpointer.distrust(offset)
  }

  async sync(): Promise<void> {
    await this.#state.resources.files.use(this.#state.active.logPath, syncFile)
  }

  /** Refuses what comes later, finishes what came before, and leaves a log that needs no recovery. */
  async close(): Promise<void> {
    if (this.#closed) return
    const finished = this.exclusively(() => this.#checkpointer.writeIfStale())
    this.#closed = true
    await finished
  }

  #enqueue(item: Append | Task): void {
    this.#queue.push(item)
    if (this.#isRunning) return
    this.#isRunning = true
    // requests that arrive in the same chunk of a socket go into one write
    queueMicrotask(() => void this.#run())
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const first = this.#queue[0] as Append | Task
      if ('run' in first) await this.#runTask(first)
      else await this.#writeSome()
    }
    this.#isRunning = false
  }

  async #runTask(task: Task): Promise<void> {
    this.#queue.shift()
    try {
      if (this.#needsRepair) await this.#repair()
      await task.run()
    } catch (cause) {
      task.reject(writeError(this.#state.options.folder, cause))
    }
  }

  async #writeSome(): Promise<void> {
    let group: Append[] = []
    try {
      if (this.#needsRepair) await this.#repair()
      group = this.#take()
      if (group.length === 0) {
        await this.roll()
        group = this.#take()
      }
      await this.#write(group)
    } catch (cause) {
      await this.#fail(group, cause)
    }
  }

  /** What fits the active segment, off the queue; nothing where that is full. */
  #take(): Append[] {
    return this.#queue.splice(0, gather(this.#state, this.#queue)) as Append[]
  }

  async #write(group: Append[]): Promise<void> {
    const { active, resources, options, tuning } = this.#state
    const buffers = group.map(append => append.batches)
    await resources.files.use(active.logPath, fd => this.#put(fd, buffers, active.sizeBytes))
    if (this.#needsRepair) throw new Error('the sync before it failed')
    for (const { batches } of group) {
      const cursor = new BatchCursor(batches)
      while (cursor.next()) active.note(cursor, tuning.indexIntervalBytes)
    }
    active.lastModifiedMs = this.#state.nowMs()
    if (options.flush === 'os') {
      this.#state.stable = endOf(active)
      settleAll(group)
      this.#checkpointer.onProgress()
      return
    }
    for (const append of group) this.#unsynced.push(append)
    this.#syncing ??= this.#syncLoop()
  }

  /** While the file is being synced the system may make a write wait, which then must not hold up everyone. */
  async #put(fd: number, buffers: Buffer[], position: number): Promise<void> {
    let bytes = 0
    for (const { length } of buffers) bytes += length
    if (bytes <= maxDirectBytes && this.#syncing === undefined) writeNow(fd, buffers, position)
    else await writeFully(fd, buffers, position)
  }

  async #syncLoop(): Promise<void> {
    while (this.#unsynced.length > 0) {
      const group = this.#unsynced
      this.#unsynced = []
      const end = endOf(this.#state.active)
      try {
        await this.sync()
      } catch (cause) {
        this.#failSync(group, cause)
        break
      }
      this.#state.stable = end
      settleAll(group)
      this.#checkpointer.onProgress()
    }
    this.#syncing = undefined
  }

  async #settled(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing
  }

  /** A write did not happen: cut what it may have left, and fail it and all that wait behind it. */
  async #fail(group: Append[], cause: unknown): Promise<void> {
    const error = writeError(this.#state.options.folder, cause)
    this.#needsRepair = true
    if (isOutOfDescriptors(cause)) await this.#state.resources.files.closeUnused()
    await this.#repair().catch(problem => this.#log('cutting off a failed write failed', problem))
    rejectAll(group, error)
    this.#rejectWaiting(error)
  }

  /** What was asked for behind a failure must fail too, or it would stand where a batch before it is missing. */
  #rejectWaiting(error: Error): void {
    const waiting = this.#queue
    this.#queue = waiting.filter(item => 'run' in item)
    rejectAll(
      waiting.filter(item => !('run' in item)),
      error,
    )
  }

  /** After a failed sync nobody knows what is on disk of what was written since the last good one: all of it goes. */
  #failSync(group: Append[], cause: unknown): void {
    const lost = [...group, ...this.#unsynced]
    this.#unsynced = []
    this.#needsRepair = true
    this.#log('syncing a log failed', cause)
    const error = writeError(this.#state.options.folder, cause)
    rejectAll(lost, error)
    this.#rejectWaiting(error)
  }

  /** Cuts the file to its known good end: that of the last write, or of the last sync where one failed since. */
  async #repair(): Promise<void> {
    await this.#settled()
    await this.#checkpointer.idle()
    await cutToStable(this.#state)
    this.#needsRepair = false
  }

  #log(message: string, cause: unknown): void {
    this.#state.logger?.error(message, { folder: this.#state.options.folder, error: messageOf(cause) })
  }
}

function holdsWholeBatches(buffer: Buffer): boolean {
  const cursor = new BatchCursor(buffer)
  while (cursor.next());
  return cursor.end === buffer.length && buffer.length > 0
}

function settleAll(group: Append[]): void {
  for (const { baseOffset, lastOffset, resolve } of group) resolve({ baseOffset, lastOffset })
}

function rejectAll(items: (Append | Task)[], error: Error): void {
  for (const item of items) if ('reject' in item) item.reject(error)
}

function writeError(folder: string, cause: unknown): OperatingError {
  const why = codeOf(cause) === 'ENOSPC' ? 'the disk is full' : messageOf(cause)
  return new OperatingError('LOG_WRITE_FAILED', `cannot write to the log in ${folder}: ${why}`, { cause })
}

export function closedError(folder: string): OperatingError {
  return new OperatingError('LOG_CLOSED', `the log in ${folder} is closed`)
}
