import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { codeOf, type Logger, OperatingError } from '../../../lib/base/index.ts'
import { BatchCursor, readRecords } from '../../../lib/kafka/index.ts'
import { type LedgerHeader, readLedgerHeaders } from '../../../lib/ledger/index.ts'
import type { Log } from '../../../lib/log/index.ts'
import { positionsFile } from '../../file-names.ts'
import { BatchReader, type SpooledBatch } from '../../ship/batch-reader.ts'
import { replaceFile } from '../../write-file.ts'
import { type FilePosition, readIdentityHeader } from './position.ts'

/** Finished generations kept to recognise copies by. */
const maxDone = 4_000

const fileSchema = z.object({
  schema: z.literal(2),
  /** For each lane of the spool the offset below which every record is counted in here. */
  spoolOffsets: z.record(z.string(), z.int().min(0)),
  watermarkMs: z.int().min(0),
  files: z.array(
    z.object({
      source: z.string(),
      generation: z.string(),
      path: z.string(),
      device: z.string(),
      inode: z.string(),
      offset: z.int().min(0),
      headLength: z.int().min(0),
      headSum: z.int().min(0),
      tailSum: z.int().min(0),
      skipping: z.boolean(),
      done: z.boolean(),
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
  readonly #folder: string
  /** In the order of the last change. */
  readonly #byGeneration = new Map<string, FilePosition>()
  /** Generations that are being followed: by one source only, though several may look at the same folder. */
  readonly followed = new Set<string>()
  /** Everything that sources had before this time stood in the topics when the checkpoint was written. */
  watermarkMs = 0
  /** True where something was noted since the last checkpoint. */
  isDirty = false
  /** By lane. */
  #covered = new Map<string, number>()

  private constructor(folder: string) {
    this.#folder = folder
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
    return [...this.#byGeneration.values()]
  }

  get(generation: string): FilePosition | undefined {
    return this.#byGeneration.get(generation)
  }

  /** Takes note of a position whose bytes are durable in the spool. */
  note(position: FilePosition): void {
    this.isDirty = true
    this.#byGeneration.delete(position.generation)
    this.#byGeneration.set(position.generation, position)
    if (this.#byGeneration.size > maxDone) this.#forgetOldestDone()
  }

  finish(generation: string): void {
    const position = this.#byGeneration.get(generation)
    if (position !== undefined) this.note({ ...position, done: true })
  }

  /** Writes the checkpoint; to be called with the lanes' durable offsets of the same moment. */
  async checkpoint(durableOffsets: ReadonlyMap<string, number>): Promise<void> {
    this.isDirty = false
    const { watermarkMs } = this
    const content = JSON.stringify({
      schema: 2,
      spoolOffsets: Object.fromEntries(durableOffsets),
      watermarkMs,
      files: this.all(),
    })
    await replaceFile(positionsFile(this.#folder), content)
    this.#covered = new Map(durableOffsets)
  }

  #forgetOldestDone(): void {
    for (const position of this.#byGeneration.values()) {
      if (!position.done) continue
      this.#byGeneration.delete(position.generation)
      return
    }
  }

  async #readCheckpoint(): Promise<void> {
    const path = positionsFile(this.#folder)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      throw error
    }
    try {
      const { spoolOffsets, watermarkMs, files } = fileSchema.parse(JSON.parse(text))
      this.#covered = new Map(Object.entries(spoolOffsets))
      this.watermarkMs = watermarkMs
      for (const file of files) this.#byGeneration.set(file.generation, file)
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
    const identity = readIdentityHeader(headers)
    if (entry === undefined || identity === undefined) return
    const path = this.#byGeneration.get(entry.generation)?.path ?? entry.source
    const { source, generation, to } = entry
    this.note({ source, generation, path, ...identity, offset: to, done: false })
  }
}
