import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, OperatingError } from '../base/index.ts'
import type { FilePool } from './file-pool.ts'
import { segmentName, txnIndexSuffix } from './filenames.ts'
import { closeFile, openFile, readFully, syncFile, truncateFile, writeFully } from './files.ts'

/** A transaction whose records nobody who reads committed ones may see. */
export interface AbortedTransaction {
  producerId: number
  firstOffset: number
  /** That of its marker. */
  lastOffset: number
  /** How far all was decided when the marker came: no transaction that ends later has records below. */
  lastStableOffset: number
}

/**
 * An entry of `.txnindex`, big endian, as Kafka's AbortedTxn:
 * `version int16 | producer_id int64 | first_offset int64 | last_offset int64 | last_stable_offset int64`.
 */
const entryBytes = 34
const version = 0
/** Entries read at once. */
const chunkEntries = 1_024

/** What is remembered of a segment's file: enough to pass over it. */
interface Summary {
  count: number
  lastOffset: number
}

/**
 * The aborted transactions of a log, in one file per segment that holds a marker of such, in the order of the markers.
 * Entries stay on disk: a reader near the end of the log passes over the files without opening one. The log removes a
 * file with its segment. Calls must follow each other, queries may run beside them.
 */
export class TransactionIndex {
  readonly #folder: string
  readonly #files: FilePool
  /** By base offset, ascending. */
  readonly #segments = new Map<number, Summary>()
  readonly #unsynced = new Set<number>()

  private constructor(folder: string, files: FilePool) {
    this.#folder = folder
    this.#files = files
  }

  /**
   * Looks at the files of these segments, given by base offset. From the first one that is damaged on all are dropped;
   * `soundBelow` then says from where on the log has to be read to make them anew.
   */
  static async open(
    folder: string,
    files: FilePool,
    bases: readonly number[],
  ): Promise<{ index: TransactionIndex; soundBelow: number }> {
    const index = new TransactionIndex(folder, files)
    for (const base of bases)
      if (!(await index.#load(base))) {
        for (const later of bases) if (later >= base) await index.#drop(later)
        return { index, soundBelow: base }
      }
    return { index, soundBelow: Number.POSITIVE_INFINITY }
  }

  /** To the file of the segment that holds the marker. Durable after `sync`. */
  async append(base: number, entry: AbortedTransaction): Promise<void> {
    const known = this.#segments.get(base)
    const path = this.#path(base)
    if (known === undefined) await closeFile(await openFile(path, 'w'))
    const count = known?.count ?? 0
    await this.#files.use(path, fd => writeFully(fd, [encodeAborted(entry)], count * entryBytes))
    this.#segments.set(base, { count: count + 1, lastOffset: entry.lastOffset })
    this.#unsynced.add(base)
  }

  /** Drops the entries whose marker stands at `offset` or later. */
  async truncate(offset: number): Promise<void> {
    for (const [base, { count, lastOffset }] of [...this.#segments].toReversed()) {
      if (lastOffset < offset) return
      const kept = await this.#files.use(this.#path(base), fd => lowerBound(fd, count, offset))
      if (kept === 0) await this.#drop(base)
      else await this.#cut(base, kept)
    }
  }

  /** Compaction has exchanged files: what is remembered of them is read again. Errors: LOG_DAMAGED. */
  async reload(bases: readonly number[]): Promise<void> {
    this.#segments.clear()
    for (const base of bases)
      if (!(await this.#load(base)))
        throw new OperatingError('LOG_DAMAGED', `${this.#path(base)} is no index of aborted transactions`)
  }

  async sync(): Promise<void> {
    for (const base of [...this.#unsynced]) {
      if (this.#segments.has(base)) await this.#files.use(this.#path(base), syncFile)
      this.#unsynced.delete(base)
    }
  }

  /** Those with records from `from` on and below `to`, in the order of their markers. */
  async between(from: number, to: number): Promise<AbortedTransaction[]> {
    const found: AbortedTransaction[] = []
    for (const [base, summary] of [...this.#segments]) {
      if (summary.lastOffset < from) continue
      if (await this.#collect(base, summary.count, from, to, found)) break
    }
    return found
  }

  /** The log has removed the segments below, and their files. */
  forgetBelow(base: number): void {
    for (const known of this.#segments.keys()) if (known < base) this.#segments.delete(known)
  }

  async close(): Promise<void> {
    for (const base of this.#segments.keys()) await this.#files.forget(this.#path(base))
  }

  /** True when no later entry can matter. */
  async #collect(
    base: number,
    count: number,
    from: number,
    to: number,
    found: AbortedTransaction[],
  ): Promise<boolean> {
    try {
      return await this.#files.use(this.#path(base), async fd => {
        for await (const entry of entriesFrom(fd, await lowerBound(fd, count, from), count)) {
          if (entry.firstOffset < to) found.push(withoutVersion(entry))
          if (entry.lastStableOffset >= to) return true
        }
        return false
      })
    } catch (error) {
      // its segment has just been deleted: the reader is about to hear of that
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  }

  /** False where the file is no index of this segment; an entry torn by a crash is cut off. */
  async #load(base: number): Promise<boolean> {
    const path = this.#path(base)
    const size = await stat(path).then(
      s => s.size,
      () => 0,
    )
    const count = Math.floor(size / entryBytes)
    if (count === 0) {
      if (size > 0) await rm(path, { force: true })
      return true
    }
    return await this.#files.use(path, async fd => {
      let lastOffset = base - 1
      for await (const entry of entriesFrom(fd, 0, count)) {
        if (entry.version !== version || entry.lastOffset <= lastOffset) return false
        lastOffset = entry.lastOffset
      }
      if (size > count * entryBytes) await truncateFile(fd, count * entryBytes)
      this.#segments.set(base, { count, lastOffset })
      return true
    })
  }

  async #cut(base: number, count: number): Promise<void> {
    const lastOffset = await this.#files.use(this.#path(base), async fd => {
      await truncateFile(fd, count * entryBytes)
      return (await readEntry(fd, count - 1)).lastOffset
    })
    this.#segments.set(base, { count, lastOffset })
  }

  async #drop(base: number): Promise<void> {
    const path = this.#path(base)
    this.#segments.delete(base)
    await this.#files.forget(path)
    await rm(path, { force: true })
  }

  #path(base: number): string {
    return join(this.#folder, segmentName(base) + txnIndexSuffix)
  }
}

/** The number of the first entry whose marker stands at `offset` or later. */
async function lowerBound(fd: number, count: number, offset: number): Promise<number> {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((await readEntry(fd, middle)).lastOffset < offset) low = middle + 1
    else high = middle
  }
  return low
}

interface Entry extends AbortedTransaction {
  version: number
}

async function readEntry(fd: number, number: number): Promise<Entry> {
  const bytes = Buffer.alloc(entryBytes)
  await readFully(fd, bytes, number * entryBytes)
  return decode(bytes, 0)
}

/** The entries from number `first` on, a bounded part of the file in memory. */
async function* entriesFrom(fd: number, first: number, count: number): AsyncGenerator<Entry> {
  for (let at = first; at < count; at += chunkEntries) {
    const bytes = Buffer.alloc(Math.min(chunkEntries, count - at) * entryBytes)
    await readFully(fd, bytes, at * entryBytes)
    for (let offset = 0; offset < bytes.length; offset += entryBytes) yield decode(bytes, offset)
  }
}

function decode(bytes: Buffer, offset: number): Entry {
  const int64 = (at: number) => Number(bytes.readBigInt64BE(offset + at))
  return {
    version: bytes.readInt16BE(offset),
    producerId: int64(2),
    firstOffset: int64(10),
    lastOffset: int64(18),
    lastStableOffset: int64(26),
  }
}

/** One entry as it stands in the file. */
export function encodeAborted({
  producerId,
  firstOffset,
  lastOffset,
  lastStableOffset,
}: AbortedTransaction): Buffer {
  const bytes = Buffer.alloc(entryBytes)
  bytes.writeInt16BE(version)
  for (const [i, value] of [producerId, firstOffset, lastOffset, lastStableOffset].entries())
    bytes.writeBigInt64BE(BigInt(value), 2 + 8 * i)
  return bytes
}

function withoutVersion({ version: _, ...transaction }: Entry): AbortedTransaction {
  return transaction
}
