import { messageOf } from '../../lib/base/index.ts'
import { BatchCursor, type KafkaRecord, readRecords, validateBatch } from '../../lib/kafka/index.ts'

/** A record, or a whole batch that cannot be read. */
export interface QueuedRecord {
  offset: number
  /** Offset of what follows. */
  nextOffset: number
  timestampMs: number
  record: KafkaRecord | undefined
  error: string | undefined
  /** The bytes of a batch that cannot be read. */
  batch?: Buffer
}

/** What unpacked batches are put into is kept for the next ones up to this size. */
const keptContentBytes = 8 * 1024 * 1024

/**
 * What was fetched of one partition and not yet put into a range: raw batches, of which only the first is unpacked.
 * Bounded by whoever fetches, by `bytes`. A record is there until the first of the next batch is asked for: whoever keeps it
 * longer keeps a copy.
 */
export class RecordQueue {
  /** Offset to fetch next. */
  fetchOffset: number
  #bytes = 0
  readonly #chunks: { cursor: BatchCursor; bytes: number }[] = []
  #unpacked: QueuedRecord[] = []
  #at = 0
  /** Records below were asked for along with the batch they stand in, and are left out. */
  #from: number
  #content = Buffer.alloc(0)

  constructor(offset: number) {
    this.fetchOffset = offset
    this.#from = offset
  }

  /** Bytes as they came, compressed. */
  get bytes(): number {
    return this.#bytes
  }
  get isEmpty(): boolean {
    return this.#at >= this.#unpacked.length && this.#chunks.length === 0
  }

  /** Takes whole batches as a fetch brings them. */
  push(batches: Buffer): void {
    const last = new BatchCursor(batches)
    let nextOffset = this.fetchOffset
    while (last.next()) nextOffset = Math.max(nextOffset, last.nextOffset)
    if (nextOffset === this.fetchOffset) return
    this.fetchOffset = nextOffset
    this.#bytes += batches.length
    this.#chunks.push({ cursor: new BatchCursor(batches), bytes: batches.length })
  }

  /** The next record, without taking it; undefined where there is none. Unpacks a batch when it has to. */
  peek(): QueuedRecord | undefined {
    while (this.#at >= this.#unpacked.length) if (!this.#unpackNext()) return undefined
    return this.#unpacked[this.#at]
  }

  take(): void {
    this.#at++
  }

  #unpackNext(): boolean {
    const chunk = this.#chunks[0]
    if (chunk === undefined) return false
    this.#at = 0
    if (!chunk.cursor.next()) {
      this.#chunks.shift()
      this.#bytes -= chunk.bytes
      this.#unpacked = []
      return true
    }
    this.#unpacked = unpack(chunk.cursor, this.#room).filter(queued => queued.nextOffset > this.#from)
    return true
  }

  /** The same memory for one batch after the other: what is made anew for each, the garbage collector feels. */
  readonly #room = (bytes: number): Buffer => {
    if (bytes <= this.#content.length) return this.#content
    const content = Buffer.allocUnsafeSlow(bytes)
    if (bytes <= keptContentBytes) this.#content = content
    return content
  }
}

/** Never throws: a batch that is damaged becomes one entry that says so. */
function unpack(batch: BatchCursor, room: (bytes: number) => Buffer): QueuedRecord[] {
  // markers of transactions carry no data
  if (batch.isControl) return []
  try {
    const problem = validateBatch(batch)
    if (problem === 'crc' || problem === 'magic') return [damaged(batch, `wrong ${problem}`)]
    return readRecords(batch, undefined, room).map(record => ({
      offset: record.offset,
      nextOffset: record.offset + 1,
      timestampMs: record.timestampMs,
      record,
      error: undefined,
    }))
  } catch (error) {
    return [damaged(batch, messageOf(error))]
  }
}

function damaged(batch: BatchCursor, error: string): QueuedRecord {
  return {
    offset: batch.baseOffset,
    nextOffset: batch.nextOffset,
    timestampMs: batch.maxTimestampMs,
    record: undefined,
    error,
    batch: batch.buffer.subarray(batch.offset, batch.offset + batch.length),
  }
}
