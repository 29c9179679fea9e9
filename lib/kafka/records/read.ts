import { compressions, decompress } from './compression.ts'
import { corrupt } from './corrupt.ts'
import type { BatchCursor } from './cursor.ts'
import { attribute, headerBytes } from './layout.ts'

export interface RecordHeader {
  key: string
  value: Buffer | null
}

export interface KafkaRecord {
  offset: number
  timestampMs: number
  /** Views of the batch, or of its decompressed content. */
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
}

/** Default bound of a batch's content when decompressed; what is larger is refused. */
export const maxContentBytes = 134_217_728

/**
 * The records of the batch the cursor stands on. The CRC is not checked here: see validateBatch. Where `allocate` gives a
 * buffer of at least so many bytes, they are views of that. Errors: CORRUPT_BATCH.
 */
export function readRecords(
  batch: BatchCursor,
  maxBytes = maxContentBytes,
  allocate?: (bytes: number) => Buffer,
): KafkaRecord[] {
  const content = readContent(batch, maxBytes, allocate)
  const { count, baseOffset, attributes } = batch
  // each record takes at least seven bytes, so a larger count is a lie
  if (count < 0 || count * 7 > content.length) throw corrupt(`it cannot hold ${count} records`)
  const isAppendTime = (attributes & attribute.logAppendTime) !== 0
  const reader = new RecordReader(
    content,
    baseOffset,
    isAppendTime ? undefined : batch.baseTimestampMs,
    batch.maxTimestampMs,
  )
  const records = new Array<KafkaRecord>(count)
  for (let i = 0; i < count; i++) records[i] = reader.next()
  return records
}

/** The batch's records as bytes, decompressed: a view where it is not compressed. Errors: CORRUPT_BATCH. */
export function readContent(
  batch: BatchCursor,
  maxBytes = maxContentBytes,
  allocate?: (bytes: number) => Buffer,
): Buffer {
  const compression = compressions[batch.attributes & attribute.compressionMask]
  if (compression === undefined) throw corrupt('its compression is unknown')
  const data = batch.buffer.subarray(batch.offset + headerBytes, batch.offset + batch.length)
  return decompress(data, compression, maxBytes, allocate)
}

/** Reads one record after the other. Hot: the consumer side's loop. */
class RecordReader {
  readonly #content: Buffer
  readonly #baseOffset: number
  readonly #baseTimestampMs: number | undefined
  readonly #maxTimestampMs: number
  #at = 0

  constructor(
    content: Buffer,
    baseOffset: number,
    baseTimestampMs: number | undefined,
    maxTimestampMs: number,
  ) {
    this.#content = content
    this.#baseOffset = baseOffset
    this.#baseTimestampMs = baseTimestampMs
    this.#maxTimestampMs = maxTimestampMs
  }

  next(): KafkaRecord {
    const length = this.#varint()
    const end = this.#at + length
    if (length < 0 || end > this.#content.length) throw corrupt('a record runs past its end')
    this.#at++ // attributes, unused in magic 2
    const timestampDelta = this.#varint()
    const offset = this.#baseOffset + this.#varint()
    const key = this.#bytes()
    const value = this.#bytes()
    const headers = this.#headers()
    if (this.#at !== end) throw corrupt('a record is not as long as it says')
    const timestampMs =
      this.#baseTimestampMs === undefined ? this.#maxTimestampMs : this.#baseTimestampMs + timestampDelta
    return { offset, timestampMs, key, value, headers }
  }

  #headers(): RecordHeader[] {
    const count = this.#varint()
    if (count < 0 || count > this.#content.length - this.#at) throw corrupt('a record has too many headers')
    const headers: RecordHeader[] = []
    for (let i = 0; i < count; i++) {
      const key = this.#bytes()
      if (key === null) throw corrupt('a header has no key')
      headers.push({ key: key.toString('utf8'), value: this.#bytes() })
    }
    return headers
  }

  #bytes(): Buffer | null {
    const length = this.#varint()
    if (length === -1) return null
    const at = this.#at
    if (length < 0 || at + length > this.#content.length) throw corrupt('a field runs past its end')
    this.#at = at + length
    return this.#content.subarray(at, at + length)
  }

  #varint(): number {
    const first = this.#content[this.#at]
    if (first !== undefined && first < 0x80) {
      this.#at++
      return (first >>> 1) ^ -(first & 1)
    }
    return this.#longVarint()
  }

  /** By arithmetic, since time deltas have more than 32 bits. */
  #longVarint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.#content[this.#at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 0x80
    }
    throw corrupt('a varint has no end')
  }
}
