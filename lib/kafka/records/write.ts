import { type Compression, compressBehind, compressions } from './compression.ts'
import { batchCrc } from './crc.ts'
import { at, attribute, headerBytes, magic, prefixBytes, writeInt64 } from './layout.ts'
import { varintLength, writeVarint } from './varint.ts'

export interface HeaderInput {
  key: string
  value: Buffer | string | null
}

export interface RecordInput {
  key: Buffer | null
  value: Buffer | null
  timestampMs: number
  headers: readonly HeaderInput[]
}

export interface BatchOptions {
  compression?: Compression
  baseOffset?: number
  leaderEpoch?: number
  producerId?: bigint
  producerEpoch?: number
  baseSequence?: number
  isTransactional?: boolean
  isControl?: boolean
  /**
   * Gives the buffer that holds the records before they are compressed, at least as large as asked for; it is free again
   * when `writeBatch` returns. For callers that write many: half a megabyte a time is what the garbage collector feels.
   */
  scratch?: (bytes: number) => Buffer
  /** Gives the buffer, of at least so many bytes, in which a compressed batch is answered. */
  allocate?: (bytes: number) => Buffer
}

/**
 * One record batch of magic 2. Offsets are consecutive from `baseOffset`; timestamps are the records' own (CreateTime).
 *
 * @example
 * const batch = writeBatch([{ key: null, value: Buffer.from('hi'), timestampMs: 0, headers: [] }], { compression: 'zstd' })
 */
export function writeBatch(records: readonly RecordInput[], options: BatchOptions = {}): Buffer {
  const [first] = records
  if (first === undefined) throw new RangeError('a record batch needs at least one record')
  const compression = options.compression ?? 'none'
  const isPlain = compression === 'none'
  const room = isPlain ? headerBytes : 0
  const allocate = isPlain ? Buffer.allocUnsafe : (options.scratch ?? Buffer.allocUnsafe)
  const body = writeRecords(records, first.timestampMs, room, allocate)
  const batch = isPlain ? body : compressBehind(body, compression, headerBytes, options.allocate)
  writeHeader(batch, records, options)
  return batch
}

function writeHeader(batch: Buffer, records: readonly RecordInput[], options: BatchOptions): void {
  let maxTimestampMs = -1
  for (const record of records) if (record.timestampMs > maxTimestampMs) maxTimestampMs = record.timestampMs
  writeInt64(batch, options.baseOffset ?? 0, at.baseOffset)
  batch.writeInt32BE(batch.length - prefixBytes, at.batchLength)
  batch.writeInt32BE(options.leaderEpoch ?? -1, at.leaderEpoch)
  batch[at.magic] = magic
  batch.writeInt16BE(attributesOf(options), at.attributes)
  batch.writeInt32BE(records.length - 1, at.lastOffsetDelta)
  writeInt64(batch, (records[0] as RecordInput).timestampMs, at.baseTimestamp)
  writeInt64(batch, maxTimestampMs, at.maxTimestamp)
  batch.writeBigInt64BE(options.producerId ?? -1n, at.producerId)
  batch.writeInt16BE(options.producerEpoch ?? -1, at.producerEpoch)
  batch.writeInt32BE(options.baseSequence ?? -1, at.baseSequence)
  batch.writeInt32BE(records.length, at.count)
  batch.writeUInt32BE(batchCrc(batch, 0, batch.length), at.crc)
}

function attributesOf(options: BatchOptions): number {
  const code = compressions.indexOf(options.compression ?? 'none')
  const transactional = options.isTransactional === true ? attribute.transactional : 0
  return code | transactional | (options.isControl === true ? attribute.control : 0)
}

/**
 * Records one after the other, each: length varint, attributes int8, timestamp delta varint, offset delta varint,
 * key and value (varint length, -1 for null), headers. Two passes: sizes first, so that one buffer holds it all.
 */
function writeRecords(
  records: readonly RecordInput[],
  baseTimestampMs: number,
  room: number,
  allocate: (bytes: number) => Buffer,
): Buffer {
  const lengths = new Array<number>(records.length)
  let total = room
  for (let i = 0; i < records.length; i++) {
    const length = recordLength(records[i] as RecordInput, i, baseTimestampMs)
    lengths[i] = length
    total += varintLength(length) + length
  }
  const buffer = allocate(total).subarray(0, total)
  let offset = room
  for (let i = 0; i < records.length; i++) {
    offset = writeVarint(buffer, lengths[i] as number, offset)
    offset = writeRecord(buffer, records[i] as RecordInput, i, baseTimestampMs, offset)
  }
  return buffer
}

function recordLength(record: RecordInput, offsetDelta: number, baseTimestampMs: number): number {
  let length = 1 + varintLength(record.timestampMs - baseTimestampMs) + varintLength(offsetDelta)
  length += sizedLength(record.key) + sizedLength(record.value) + varintLength(record.headers.length)
  for (const header of record.headers) length += textLength(header.key) + sizedLength(header.value)
  return length
}

function writeRecord(
  buffer: Buffer,
  record: RecordInput,
  offsetDelta: number,
  baseTimestampMs: number,
  start: number,
): number {
  buffer[start] = 0
  let offset = writeVarint(buffer, record.timestampMs - baseTimestampMs, start + 1)
  offset = writeVarint(buffer, offsetDelta, offset)
  offset = writeSized(buffer, record.key, offset)
  offset = writeSized(buffer, record.value, offset)
  offset = writeVarint(buffer, record.headers.length, offset)
  for (const header of record.headers) {
    offset = writeText(buffer, header.key, offset)
    offset = writeSized(buffer, header.value, offset)
  }
  return offset
}

function textLength(text: string): number {
  const length = Buffer.byteLength(text)
  return varintLength(length) + length
}

function sizedLength(value: Buffer | string | null): number {
  if (value === null) return 1
  if (typeof value === 'string') return textLength(value)
  return varintLength(value.length) + value.length
}

function writeText(buffer: Buffer, text: string, start: number): number {
  const length = Buffer.byteLength(text)
  const offset = writeVarint(buffer, length, start)
  buffer.write(text, offset, length, 'utf8')
  return offset + length
}

function writeSized(buffer: Buffer, value: Buffer | string | null, start: number): number {
  if (value === null) return writeVarint(buffer, -1, start)
  if (typeof value === 'string') return writeText(buffer, value, start)
  const offset = writeVarint(buffer, value.length, start)
  value.copy(buffer, offset)
  return offset + value.length
}
