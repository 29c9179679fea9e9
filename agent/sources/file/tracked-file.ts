import type { FileHandle } from 'node:fs/promises'
import { type FilePosition, headBytes, headSumOf, tailSumOf } from './position.ts'

/** What a look at the file system tells of a path. */
export interface Entry {
  path: string
  device: string
  inode: string
  size: number
  modifiedMs: number
}

/** One generation of one file while it is being followed. */
export class TrackedFile {
  readonly source: string
  readonly generation: string
  /** Undefined once no path leads to it any more: what is open of it is read to its end. */
  path: string | undefined
  device: string
  inode: string
  /** Everything below was handed to the spool. */
  offset: number
  headLength: number
  headSum: number
  tailSum: number
  skipping: boolean
  /** Size as last seen. */
  size = 0
  /** Size at which it was last read to its end. */
  readSize = -1
  /** When it last grew, on the monotonic clock. */
  changedMs: number
  /** It was renamed or deleted at this time: once it stops growing, what is left of it is its last line. */
  leftMs: number | undefined
  /** Not to be tried before, after the system refused it. */
  blockedUntilMs = Number.NEGATIVE_INFINITY
  /** The system's code of the last refusal that was reported. */
  refusal: string | undefined
  /** Size at which an event of several lines was last taken for whole. */
  quietSize = -1
  readonly isGzip: boolean
  handle: FileHandle | undefined

  constructor(position: FilePosition, nowMs: number) {
    this.source = position.source
    this.generation = position.generation
    this.path = position.path
    this.device = position.device
    this.inode = position.inode
    this.offset = position.offset
    this.headLength = position.headLength
    this.headSum = position.headSum
    this.tailSum = position.tailSum
    this.skipping = position.skipping
    this.changedMs = nowMs
    this.isGzip = position.path.endsWith('.gz')
  }

  get key(): string {
    return keyOf(this)
  }

  get hasMore(): boolean {
    return this.size !== this.readSize
  }

  get lagBytes(): number {
    return this.isGzip ? 0 : Math.max(0, this.size - this.offset)
  }

  /** Its size has changed, or it is looked at for the first time. */
  sawSize(size: number, nowMs: number): void {
    if (size !== this.size) this.changedMs = nowMs
    this.size = size
  }

  /** Moves on to `offset`, which stands at `at` in bytes that begin `at - offset` before it in the file. */
  advance(offset: number, bytes: Buffer, at: number): void {
    const first = offset - at
    this.tailSum = first === 0 || offset - first >= 64 ? tailSumOf(bytes, at) : this.tailSum
    if (first === 0 && this.headLength < headBytes) {
      this.headLength = Math.min(headBytes, offset)
      this.headSum = headSumOf(bytes, this.headLength)
    }
    this.offset = offset
  }

  position(): FilePosition {
    return {
      source: this.source,
      generation: this.generation,
      path: this.path ?? this.source,
      device: this.device,
      inode: this.inode,
      offset: this.offset,
      headLength: this.headLength,
      headSum: this.headSum,
      tailSum: this.tailSum,
      skipping: this.skipping,
      done: false,
    }
  }
}

export function keyOf(entry: { device: string; inode: string }): string {
  return `${entry.device}:${entry.inode}`
}

/** Where a read must begin to prove that the bytes before `offset` are still those that were read. */
export function readStart(offset: number): number {
  return offset <= headBytes ? 0 : offset - 64
}

/** Whether bytes that begin at `readStart(offset)` of a file continue the position. */
export function continues(
  position: Pick<FilePosition, 'offset' | 'headSum' | 'tailSum'>,
  bytes: Buffer,
): boolean {
  const before = position.offset - readStart(position.offset)
  if (bytes.length < before) return false
  if (position.offset <= headBytes) return headSumOf(bytes, before) === position.headSum
  return tailSumOf(bytes, before) === position.tailSum
}
