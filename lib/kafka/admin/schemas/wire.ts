/** What stands before a value that was written by a schema of a registry. */
export interface SchemaPrefix {
  schemaId: number
  /** What comes after the prefix. */
  payload: Buffer
}

/**
 * Reads the prefix: a zero byte and the schema's id in four. Undefined where there is none. Source: Confluent's wire format.
 *
 * @example
 * readPrefix(Buffer.from([0, 0, 0, 0, 7, 1]))?.schemaId // => 7
 */
export function readPrefix(bytes: Buffer): SchemaPrefix | undefined {
  if (bytes.length < 5 || bytes[0] !== 0) return undefined
  return { schemaId: bytes.readUInt32BE(1), payload: bytes.subarray(5) }
}

const maxIndexes = 100

/**
 * Which message of a Protobuf schema follows: its place among the messages of the file, then within that one, as zigzag
 * numbers after their count; a count of 0 is the first message. Errors: RangeError where it is cut.
 *
 * @example
 * readMessageIndexes(Buffer.from([2, 4, 9])) // => { indexes: [2], payload: <09> }
 */
export function readMessageIndexes(bytes: Buffer): { indexes: number[]; payload: Buffer } {
  let at = 0
  const next = () => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    throw new RangeError('the message indexes are cut')
  }
  const count = next()
  if (count < 0 || count > maxIndexes) throw new RangeError(`${count} message indexes are none`)
  const indexes = count === 0 ? [0] : Array.from({ length: count }, next)
  return { indexes, payload: bytes.subarray(at) }
}
