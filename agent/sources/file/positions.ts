import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { codeOf, type Logger, OperatingError, replaceFile } from '../../../lib/base/index.ts'
import { BatchCursor, readRecords } from '../../../lib/kafka/index.ts'
import { cursorKey, type LedgerHeader, readLedgerHeaders, requestHeader } from '../../../lib/ledger/index.ts'
import type { Log } from '../../../lib/log/index.ts'
import { positionsFile } from '../../file-names.ts'
import { BatchReader, type SpooledBatch } from '../../ship/batch-reader.ts'
import { type FilePosition, readIdentityHeaders } from './position.ts'
import type { TrackedFile } from './tracked-file.ts'

/** Files of which the text is made at once: of 100,000 it is some 35 MB. */
const filesPerPiece = 500
/** Finished generations kept to recognise copies by, beside those that are still followed. */
const maxDone = 4_000
/** Looked at for one that may be forgotten. */
const forgetReach = 16

const fileSchema = z.object({
  schema: z.literal(2),
  /** For each lane of the spool the offset below which every record is counted in here. */
  spoolOffsets: z.record(z.string(), z.int().min(0)),
  watermarkMs: z.int().min(0),
  cursors: z.record(z.string(), z.string()).default({}),
  files: z.array(
    z.object({
      source: z.string(),
      generation: z.string(),
      path: z.string(),
      target: z.string().default(''),
      device: z.string(),
      inode: z.string(),
      birth: z.string().default(''),
      offset: z.int().min(0),
      headLength: z.int().min(0),
      headSum: z.int().min(0),
      tailSum: z.int().min(0),
      skipping: z.boolean(),
      continuing: z.boolean().default(false),
      done: z.boolean(),
      gone: z.boolean().optional(),
    }),
  ),
})

/** What the positions need of a lane of the spool. */
export interface ReadLane {
  name: string
  log: Log
}

/**
 * Where every file stands, as far as the spool is durable. The truth is in the spool: each record says which bytes of
 * which file it carries. The checkpoint file only shortens the way back: after a start the positions are those of the
 * file, moved on by the records that stand in the spool behind it.
 */
export class Positions {
  /** The agent's folder, in which the checkpoint is. */
  readonly folder: string
  /** Each in the order of the last change. */
  readonly #active = new Map<string, FilePosition>()
  readonly #done = new Map<string, FilePosition>()
  /** Generations that are being followed: by one source only, though several may look at the same folder. */
  readonly followed = new Set<string>()
  /** The same by device and inode, for files of which nothing was read yet. */
  readonly followedInodes = new Map<string, TrackedFile>()
  /** Where sources that go by a cursor are, by their name in the ledger. */
  readonly cursors = new Map<string, string>()
  /** Requests that came in since the checkpoint: their senders may not know. */
  readonly requests: string[] = []
  /** Everything that sources had before this time stood in the topics when the checkpoint was written. */
  watermarkMs = 0
  /** True where something was noted since the last checkpoint. */
  isDirty = false
  /** By lane. */
  #covered = new Map<string, number>()

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Errors: POSITIONS_INVALID. */
  static async load(agentFolder: string, lanes: readonly ReadLane[], logger: Logger): Promise<Positions> {
    const positions = new Positions(agentFolder)
    await positions.#readCheckpoint()
    for (const lane of lanes) await positions.#replayLane(lane, logger)
    return positions
  }

  /** The lane may delete segments below: what they say of files is in the checkpoint. */
  covered(lane: string): number {
    return this.#covered.get(lane) ?? 0
  }

  all(): FilePosition[] {
    return [...this.#done.values(), ...this.#active.values()]
  }

  get(generation: string): FilePosition | undefined {
    return this.#active.get(generation) ?? this.#done.get(generation)
  }

  /** Takes note of a position whose bytes are durable in the spool. */
  note(position: FilePosition): void {
    this.isDirty = true
    const { generation, done } = position
    this.#active.delete(generation)
    this.#done.delete(generation)
    if (done) this.#done.set(generation, position)
    else this.#active.set(generation, position)
    if (this.#done.size > maxDone) this.#forgetOldestDone()
  }

  /** Nothing more is expected of it; while it is followed it is kept. */
  finish(generation: string, isGone = false): void {
    const position = this.get(generation)
    if (position === undefined || (position.done && !isGone)) return
    this.note({ ...position, done: true, ...(isGone ? { gone: true } : {}) })
  }

  /** It is finished and no longer followed. */
  leave(generation: string, isGone: boolean): void {
    this.followed.delete(generation)
    this.finish(generation, isGone)
  }

  /** Writes the checkpoint; to be called with the lanes' durable offsets of the same moment. */
  async checkpoint(durableOffsets: ReadonlyMap<string, number>): Promise<void> {
    this.isDirty = false
    const { watermarkMs } = this
    const head = {
      schema: 2,
      spoolOffsets: Object.fromEntries(durableOffsets),
      watermarkMs,
      cursors: Object.fromEntries(this.cursors),
    }
    await replaceFile(positionsFile(this.folder), textOf(head, this.all()))
    this.#covered = new Map(durableOffsets)
  }

  #forgetOldestDone(): void {
    let looked = 0
    for (const [generation, position] of this.#done) {
      this.#done.delete(generation)
      if (!this.followed.has(generation)) return
      // a compressed file that still stands there would be read again
      this.#done.set(generation, position)
      if (++looked === forgetReach) return
    }
  }

  async #readCheckpoint(): Promise<void> {
    const path = positionsFile(this.folder)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    try {
      const { spoolOffsets, watermarkMs, cursors, files } = fileSchema.parse(JSON.parse(text))
      this.#covered = new Map(Object.entries(spoolOffsets))
      this.watermarkMs = watermarkMs
      for (const [source, cursor] of Object.entries(cursors)) this.cursors.set(source, cursor)
      for (const file of files) (file.done ? this.#done : this.#active).set(file.generation, file)
    } catch (cause) {
      const message = `${path} is damaged: restore it, or delete it to read every file from its beginning`
      throw new OperatingError('POSITIONS_INVALID', message, { cause })
    }
  }

  async #replayLane({ name, log }: ReadLane, logger: Logger): Promise<void> {
    if (this.covered(name) > log.endOffset) {
      const attributes = { lane: name, checkpoint: this.covered(name), end: log.endOffset }
      logger.warn('the spool ends before the checkpoint: what was in it and not shipped is lost', attributes)
      this.#covered.set(name, log.endOffset)
    }
    const reader = new BatchReader(log, Math.max(this.covered(name), log.startOffset))
    for (;;) {
      const batch = await reader.next()
      if (batch === undefined) return
      if (batch.intact) this.#replayBatch(batch)
      else logger.warn('a damaged batch in the spool says nothing about positions', { offset: batch.offset })
    }
  }

  #replayBatch(batch: SpooledBatch): void {
    const cursor = new BatchCursor(batch.bytes)
    cursor.next()
    for (const record of readRecords(cursor)) {
      const headers = record.headers.map(({ key, value }) => ({ key, value: value?.toString() ?? '' }))
      this.#replayRecord(headers)
    }
  }

  #replayRecord(headers: LedgerHeader[]): void {
    const entry = readLedgerHeaders(headers)
    if (entry === undefined) return
    const cursor = headers.find(({ key }) => key === cursorKey)?.value
    if (cursor !== undefined) this.cursors.set(entry.source, cursor)
    const request = headers.find(({ key }) => key === requestHeader)?.value
    if (request !== undefined) this.requests.push(request)
    const identity = readIdentityHeaders(entry.source, headers)
    if (identity === undefined) return
    const { generation, to } = entry
    const known = this.get(generation)
    // its records stand in two lanes where their number was changed: the furthest counts
    if (known !== undefined && known.offset > to) return
    const path = known?.path ?? identity.source
    this.note({ ...identity, generation, path, offset: to, done: false })
  }
}

/** As JSON, in pieces. */
function* textOf(head: object, files: readonly FilePosition[]): Iterable<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"files":[`
  for (let at = 0; at < files.length; at += filesPerPiece) {
    const piece = files.slice(at, at + filesPerPiece).map(file => JSON.stringify(file))
    yield `${at === 0 ? '' : ','}${piece.join(',')}`
  }
  yield ']}'
}
