import { statfsSync } from 'node:fs'
import { messageOf, OnceAMinute, type RoleContext } from '../lib/base/index.ts'

const intervalMs = 1_000

export interface DiskRoom {
  freeBytes: number
  totalBytes: number
}

/**
 * Watches the room on the store's disk. Inserts are refused below `minFreeBytes`: an engine that runs out of room in the
 * midst of merges comes to no good end. What makes room (dropping, deleting) is taken, and so are questions.
 */
export class DiskWatch {
  readonly #read: () => DiskRoom
  readonly #folder: string
  readonly #minFreeBytes: number
  readonly #notes: OnceAMinute
  readonly #timer: NodeJS.Timeout
  #room: DiskRoom

  constructor(
    minFreeBytes: number,
    context: Pick<RoleContext, 'metrics' | 'logger' | 'clock'>,
    folder: string,
    read = () => diskRoom(folder),
  ) {
    this.#folder = folder
    this.#read = read
    this.#minFreeBytes = minFreeBytes
    this.#notes = new OnceAMinute(context.logger, context.clock)
    this.#room = read()
    this.#timer = setInterval(() => this.#look(), intervalMs)
    const description = 'free bytes of the disk of the store'
    context.metrics.gauge('millrace.store.disk.free', { unit: 'By', description }, () => this.#room.freeBytes)
  }

  get isFull(): boolean {
    return this.#room.freeBytes < this.#minFreeBytes
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    try {
      this.#room = this.#read()
    } catch (error) {
      this.#notes.warn('the room on the disk of the store cannot be told', { error: messageOf(error) })
      return
    }
    if (!this.isFull) return
    const { freeBytes } = this.#room
    this.#notes.warn('the disk of the store is full: inserts are refused until there is room', {
      folder: this.#folder,
      freeBytes,
      minFreeBytes: this.#minFreeBytes,
    })
  }
}

export function diskRoom(folder: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}
