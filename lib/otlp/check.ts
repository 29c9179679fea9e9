import { type Field, type Message, requestMessages, type Signal } from './schema.ts'
import { WireError, WireReader, wireBytes, wireFixed64, wireVarint } from './wire.ts'

/** Nesting of values inside values that is accepted; protobuf's own default. */
export const maxDepth = 100

/**
 * Walks a whole export request and makes sure of its structure, so that no later reader meets a malformed one: every
 * length inside its parent, every known field of its type, ids of their length. Unknown fields are stepped over.
 * Answers with the number of log records, data points or spans.
 * Throws WireError (PROTOBUF_INVALID).
 *
 * @example
 * checkRequest('logs', Buffer.alloc(0)) // => 0
 */
export function checkRequest(signal: Signal, bytes: Buffer): number {
  const check = new Check(bytes)
  check.message(requestMessages[signal], 0)
  return check.counted
}

/** Costs about 20 ns per field: guarded by the OTLP row of the agent's benchmark. */
class Check {
  counted = 0
  readonly #reader: WireReader

  constructor(bytes: Buffer) {
    this.#reader = new WireReader(bytes)
  }

  message(message: Message, depth: number): void {
    if (depth > maxDepth) throw new WireError(`nesting deeper than ${maxDepth}`, this.#reader.position)
    if (message.counted) this.counted++
    const reader = this.#reader
    while (reader.next()) {
      const field = message.byNumber[reader.field]
      if (field === undefined) reader.skip()
      else if (reader.wireType === field.wireType) this.#value(field, depth)
      else if (field.repeated && reader.wireType === wireBytes) this.#packed(field)
      else
        throw new WireError(`wire type ${reader.wireType} for ${message.name}.${field.name}`, reader.position)
    }
  }

  #value(field: Field, depth: number): void {
    const reader = this.#reader
    if (field.message !== undefined) {
      const outer = reader.enter()
      this.message(field.message, depth + 1)
      reader.leave(outer)
      return
    }
    const start = reader.position
    reader.skip()
    if (field.kind === 'traceId') checkId(field, start, reader.position, 16)
    else if (field.kind === 'spanId') checkId(field, start, reader.position, 8)
  }

  /** Numbers of a repeated field in one run, as proto3 writes them. */
  #packed(field: Field): void {
    const reader = this.#reader
    const outer = reader.enter()
    while (reader.position < reader.end) {
      if (field.wireType === wireVarint) reader.skipVarint()
      else if (field.wireType === wireFixed64) reader.fixed64()
      else reader.fixed32()
    }
    reader.leave(outer)
  }
}

/** `start` to `end` includes the length, which is one byte for an id. */
function checkId(field: Field, start: number, end: number, size: number): void {
  if (end - start !== 1 && end - start !== size + 1)
    throw new WireError(`${field.name} of ${end - start - 1} bytes, expected ${size}`, start)
}
