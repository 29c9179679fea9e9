import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Decoder, ExtensionCodec } from '@msgpack/msgpack'
import { codeOf, OperatingError } from '../../../lib/base/index.ts'
import type { Nanos } from '../../../lib/otlp/index.ts'
import { invalid } from './frames.ts'

const gunzipAsync = promisify(gunzip)

export interface ForwardEvent {
  time: Nanos
  record: Record<string, unknown>
}

export interface ForwardMessage {
  tag: string
  events: ForwardEvent[]
  /** To be sent back when the events are durable. */
  chunk: string | undefined
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
    const [tag, second, third] = value as unknown[]
    if (typeof tag !== 'string') throw invalid('a message begins with its tag')
    if (Array.isArray(second)) return message(tag, second.map(entryOf), third)
    const packed = bytesOf(second)
    if (packed !== undefined) return message(tag, await this.#unpack(packed, third), third)
    const event = { time: timeOf(second), record: recordOf(third) }
    return message(tag, [event], value[3])
  }

  #value(bytes: Uint8Array): unknown {
    try {
      return this.#decoder.decode(bytes)
    } catch (cause) {
      throw invalid((cause as Error).message, cause)
    }
  }

  async #unpack(packed: Buffer, options: unknown): Promise<ForwardEvent[]> {
    const compressed = (options as { compressed?: unknown } | undefined)?.compressed === 'gzip'
    const bytes = compressed ? await this.#gunzip(packed) : packed
    try {
      return [...this.#decoder.decodeMulti(bytes)].map(entryOf)
    } catch (cause) {
      if (cause instanceof OperatingError) throw cause
      throw invalid((cause as Error).message, cause)
    }
  }

  async #gunzip(packed: Buffer): Promise<Buffer> {
    try {
      return await gunzipAsync(packed, { maxOutputLength: this.#maxBytes })
    } catch (cause) {
      if (codeOf(cause) !== 'ERR_BUFFER_TOO_LARGE') throw invalid('its entries are not gzip', cause)
      const text = `entries are larger than ${this.#maxBytes} bytes when decompressed: send smaller chunks`
      throw new OperatingError('FORWARD_TOO_LARGE', text, { cause })
    }
  }
}

function message(tag: string, events: ForwardEvent[], options: unknown): ForwardMessage {
  const chunk = (options as { chunk?: unknown } | null | undefined)?.chunk
  return { tag, events, chunk: typeof chunk === 'string' ? chunk : undefined }
}

function entryOf(entry: unknown): ForwardEvent {
  if (!Array.isArray(entry)) throw invalid('an entry is an array of time and record')
  // metadata of fluent-bit: [[time, metadata], record]
  const [head, record] = entry as unknown[]
  return { time: timeOf(Array.isArray(head) ? head[0] : head), record: recordOf(record) }
}

/** EventTime: seconds and nanoseconds, big endian. */
function eventTime(bytes: Uint8Array): Nanos {
  if (bytes.length !== 8) throw invalid('an EventTime has 8 bytes')
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, 8)
  return { seconds: view.readUInt32BE(0), nanos: view.readUInt32BE(4) % 1_000_000_000 }
}

function timeOf(value: unknown): Nanos {
  if (typeof value === 'object' && value !== null && 'nanos' in value) return value as Nanos
  const seconds = typeof value === 'bigint' ? Number(value) : value
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < 2 ** 34))
    throw invalid('an entry begins with its time')
  const whole = Math.floor(seconds)
  return { seconds: whole, nanos: Math.floor((seconds - whole) * 1_000_000_000) }
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw invalid('a record is a map')
  return value as Record<string, unknown>
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
