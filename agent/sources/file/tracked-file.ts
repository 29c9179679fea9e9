import type { LedgerGap } from '../../../lib/ledger/index.ts'
import { isArchive } from './archive/archive.ts'
import { notLeft } from './gone.ts'
import { type FilePosition, headBytes, headSumOf, tailBytes, tailSumOf } from './position.ts'
import type { ContainerFormat } from './split/container-rows.ts'
import type { Encoding } from './split/encoding.ts'
import type { DropRule } from './split/rows.ts'

/** What a look at the file system tells of a path. */
export interface Entry {
  path: string
  device: string
  inode: string
  birth: string
  size: number
  modifiedMs: number
}

/** One generation of one file while it is being followed. */
export class TrackedFile {
  readonly source: string
  readonly generation: string
  /** Undefined once no path leads to it any more: what is open of it is read to its end. */
  path: string | undefined
  readonly target: string
  device: string
  inode: string
  birth: string
  /** Everything below was handed to the spool. */
  offset: number
  headLength: number
  headSum: number
  tailSum: number
  skipping: boolean
  continuing: boolean
  /** Everything below is in the ledger, or on its way there: its ranges have no gap and no overlap. */
  handed: number
  /** What was passed over since, by why. */
  dropped: Map<DropRule, number> | undefined
  /** Where those bytes stood, before any row. */
  gaps: LedgerGap[] = []
  /** Size and time of change as last seen, and as they were when it was last read to its end. */
  size = 0
  modifiedMs = -1
  readSize = -1
  readModifiedMs = -1
  /** When it last grew, on the monotonic clock. */
  changedMs: number
  /** Since when no path that matches leads to it: once it has not grown for long, nothing more is expected of it. */
  leftMs: number | undefined
  /** The scan in which its path first led nowhere. */
  leftInScan = notLeft
  /** The scan in which it was found nowhere; -1 while it is somewhere. */
  missedInScan = -1
  /** Not to be tried before, after the system refused it. */
  blockedUntilMs = Number.NEGATIVE_INFINITY
  /** The system's code of the last refusal that was reported. */
  refusal: string | undefined
  /** Size at which the last event was taken for whole, and at which a line was taken without its end. */
  quietSize = -1
  partialSize = -1
  /** How often a line was taken without its end at that size. */
  partialTimes = 0
  /** Why what stands in it when it is first read is passed over. */
  fromEnd: DropRule | undefined
  /** How it is written; undefined until enough of it was seen. */
  encoding: Encoding | undefined
  format: 'none' | ContainerFormat | undefined
  /** Where it stood when it was last read to its end with something unfinished left, and since when it stands there. */
  heldOffset = -1
  heldSinceMs = 0
  /** A compressed file, which is read once. */
  isArchive: boolean
  /** While it is open. */
  fd: number | undefined
  /** The scan that last found it at a path that matches. */
  seenInScan = -1

  constructor(position: FilePosition, nowMs: number) {
    this.source = position.source
    this.generation = position.generation
    this.path = position.path
    this.target = position.target
    this.device = position.device
    this.inode = position.inode
    this.birth = position.birth
    this.offset = this.handed = position.offset
    this.headLength = position.headLength
    this.headSum = position.headSum
    this.tailSum = position.tailSum
    this.skipping = position.skipping
    this.continuing = position.continuing
    this.changedMs = nowMs
    this.isArchive = isArchive(position.path)
  }

  get key(): string {
    return keyOf(this)
  }

  /** Something before the position is still to be told, or to be taken once the file is quiet. */
  get isUnsettled(): boolean {
    return this.offset < this.readSize || this.dropped !== undefined
  }

  /** How often what is unfinished was taken as it is, at the size it has: twice where it ended within a character. */
  get timesTaken(): number {
    return this.partialSize === this.readSize ? this.partialTimes : 0
  }

  tookPartial(): void {
    this.partialTimes = this.timesTaken + 1
    this.partialSize = this.readSize
  }

  /** The paths beside which a rotation of it is to be looked for. */
  get origins(): string[] {
    return this.target === '' ? [this.source] : [this.source, this.target]
  }

  /** It was not read since it last changed; also where it did not grow, since its content may be another's. */
  get hasMore(): boolean {
    return this.size !== this.readSize || this.modifiedMs !== this.readModifiedMs
  }

  get lagBytes(): number {
    return this.isArchive ? 0 : Math.max(0, this.size - this.offset)
  }

  /** What a look at it told. */
  saw(size: number, modifiedMs: number, nowMs: number): void {
    if (size !== this.size) this.changedMs = nowMs
    this.size = size
    this.modifiedMs = modifiedMs
  }

  /** It was read to its end as it was last seen. */
  readToEnd(nowMs: number): void {
    if (this.offset !== this.heldOffset) this.heldSinceMs = nowMs
    this.heldOffset = this.offset
    this.readSize = this.size
    this.readModifiedMs = this.modifiedMs
  }

  /** Moves on to `offset`, which stands at `at` in bytes that begin `at - offset` before it in the file. */
  advance(offset: number, bytes: Buffer, at: number): void {
    const first = offset - at
    this.tailSum = first === 0 || offset - first >= tailBytes ? tailSumOf(bytes, at) : this.tailSum
    if (first === 0 && this.headLength < headBytes) {
      this.headLength = Math.min(headBytes, offset)
      this.headSum = headSumOf(bytes, this.headLength)
    }
    this.offset = offset
  }

  /** Moves on to `offset` over what was not read; `at` is where that stands in the bytes before it. */
  passTo(offset: number, head: Buffer, before: Buffer, at: number): void {
    this.headLength = head.length
    this.headSum = headSumOf(head, head.length)
    this.tailSum = tailSumOf(before, at)
    this.offset = offset
  }

  position(): FilePosition {
    return {
      source: this.source,
      generation: this.generation,
      path: this.path ?? this.source,
      target: this.target,
      device: this.device,
      inode: this.inode,
      birth: this.birth,
      offset: this.offset,
      headLength: this.headLength,
      headSum: this.headSum,
      tailSum: this.tailSum,
      skipping: this.skipping,
      continuing: this.continuing,
      done: false,
    }
  }
}

export function keyOf(entry: { device: string; inode: string }): string {
  return `${entry.device}:${entry.inode}`
}

/** Whether an inode is still the same file's: it was given to another one since where the times of birth differ. */
export function isSameBirth(one: { birth: string }, other: { birth: string }): boolean {
  return one.birth === '' || other.birth === '' || one.birth === other.birth
}
