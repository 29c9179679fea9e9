import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { Decoder, ExtensionCodec } from '@msgpack/msgpack'
import { codeOf, messageOf, OperatingError } from '../../../lib/base/index.ts'
import type { Nanos } from '../../../lib/otlp/index.ts'
import { FrameFinder, invalid } from './frames.ts'
import { eventTime, noTime, timeOf, writtenTimeOf } from './time.ts'

export interface ForwardEvent {
  time: Nanos
  record: Record<string, unknown>
  /** Fluent Bit's, beside the record. */
  metadata?: Record<string, unknown>
  /** Why it could not be read as an event; the record then says what there was. */
  problem?: string
}

export interface ForwardMessage {
  tag: string
  events: ForwardEvent[]
  /** To be sent back when the events are durable. */
  chunk: string | Uint8Array | undefined
}

/** Reads the messages of all four modes. Source: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1 */
export class ForwardDecoder {
  readonly #maxBytes: number
  readonly #decoder: Decoder

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    const extensionCodec = new ExtensionCodec()
    extensionCodec.register({ type: 0, encode: () => null, decode: eventTime })
    // keys that are no strings are written as text rather than refused
    const mapKeyConverter = (key: unknown): string => String(key)
    this.#decoder = new Decoder({ extensionCodec, mapKeyConverter, useBigInt64: true })
  }

  /** Undefined for what carries no events, a heartbeat. Errors: FORWARD_INVALID, FORWARD_TOO_LARGE. */
  async decode(frame: Buffer): Promise<ForwardMessage | undefined> {
    const value = this.#value(entriesAsBytes(frame))
    if (value === null || value === undefined) return undefined
    if (!Array.isArray(value)) throw invalid('a message is an array')
    const [first, second, third] = value as unknown[]
    const tag = textOf(first)
    if (tag === undefined) throw invalid('a message begins with its tag')
    if (Array.isArray(second)) return message(tag, second.map(entryOf), third)
    const packed = bytesOf(second)
    const written = packed === undefined ? undefined : writtenTimeOf(packed)
    if (written !== undefined && isMap(third))
      return message(tag, [{ time: written, record: third }], value[3])
    if (packed !== undefined) return message(tag, await this.#unpack(packed, third), third)
    return message(tag, [entryOf([second, third])], value[3])
  }

  #value(bytes: Uint8Array): unknown {
    try {
      return this.#decoder.decode(bytes)
    } catch (cause) {
      throw invalid((cause as Error).message, cause)
    }
  }

  /** What cannot be read stands as an event of its own: a chunk that is never acknowledged would come for ever. */
  async #unpack(packed: Buffer, options: unknown): Promise<ForwardEvent[]> {
    const compressed = textOf((options as { compressed?: unknown } | undefined)?.compressed)
    const decompress = decompressors[compressed ?? 'text']
    if (decompress === undefined)
      return [unreadable(packed, `compressed as ${compressed}, which is not known here: gzip, zstd or text`)]
    let bytes: Buffer
    try {
      bytes = await decompress(packed, { maxOutputLength: this.#maxBytes })
    } catch (cause) {
      if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(this.#maxBytes, cause)
      return [unreadable(packed, `its entries are not ${compressed}: ${messageOf(cause)}`)]
    }
    const events: ForwardEvent[] = []
    try {
      for (const entry of this.#decoder.decodeMulti(bytes)) events.push(entryOf(entry))
    } catch (cause) {
      const rest = bytes.subarray(new FrameFinder(this.#maxBytes).lengthOf(bytes, events.length))
      events.push(unreadable(rest, `after ${events.length} entries it is no msgpack: ${messageOf(cause)}`))
    }
    return events
  }
}

const decompressors: Readonly<
  Record<string, ((packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>) | undefined>
> = {
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
  text: packed => Promise.resolve(packed),
}

function tooLarge(maxBytes: number, cause: unknown): OperatingError {
  const text = `entries are larger than ${maxBytes} bytes when decompressed: send smaller chunks`
  return new OperatingError('FORWARD_TOO_LARGE', text, { cause })
}

/** The time is that of reading. */
function unreadable(value: unknown, problem: string): ForwardEvent {
  return { time: noTime, record: { unreadable: value }, problem }
}

function message(tag: string, events: ForwardEvent[], options: unknown): ForwardMessage {
  const chunk = (options as { chunk?: unknown } | null | undefined)?.chunk
  const isId = typeof chunk === 'string' || chunk instanceof Uint8Array
  return { tag, events, chunk: isId ? chunk : undefined }
}

function entryOf(entry: unknown): ForwardEvent {
  if (!Array.isArray(entry)) return unreadable(entry, 'an entry is an array of time and record')
  // metadata of fluent-bit: [[time, metadata], record]
  const [head, record] = entry as unknown[]
  const time = timeOf(Array.isArray(head) ? head[0] : head)
  if (time === undefined) return unreadable(entry, 'an entry begins with its time')
  if (!isMap(record)) return { ...unreadable(record, 'a record is a map'), time }
  const metadata: unknown = Array.isArray(head) ? head[1] : undefined
  return isMap(metadata) ? { time, record, metadata } : { time, record }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !('nanos' in value)
  )
}

/** A str, or what other senders write as bin. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return bytesOf(value)?.toString('utf8')
}

function bytesOf(value: unknown): Buffer | undefined {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length) : undefined
}

/**
 * Senders older than msgpack's bin type pack entries as str, which would be decoded to text and lost: where a frame
 * goes on with a str after its tag, that becomes a bin.
 */
function entriesAsBytes(frame: Buffer): Buffer {
  const tagAt = (frame[0] as number) === 0xdc ? 3 : 1
  const at = endOfString(frame, tagAt)
  const type = at < 0 ? undefined : frame[at]
  if (type === undefined) return frame
  if (type >= 0xd9 && type <= 0xdb) {
    // str 8, 16, 32 and bin 8, 16, 32 differ in the type byte alone
    const copy = Buffer.from(frame)
    copy[at] = type - 0xd9 + 0xc4
    return copy
  }
  if (type < 0xa0 || type > 0xbf) return frame
  return Buffer.concat([frame.subarray(0, at), Buffer.from([0xc4, type & 0x1f]), frame.subarray(at + 1)])
}

/** Where the str at `at` ends; -1 where there is none. */
function endOfString(frame: Buffer, at: number): number {
  const type = frame[at] ?? 0
  if (type >= 0xa0 && type <= 0xbf) return at + 1 + (type & 0x1f)
  if (type === 0xd9) return at + 2 + frame.readUInt8(at + 1)
  if (type === 0xda) return at + 3 + frame.readUInt16BE(at + 1)
  return -1
}
