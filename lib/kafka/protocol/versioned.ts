import type { Fields, InOf, OutOf } from '../schema/field.ts'
import type { Message } from '../schema/message.ts'
import { joinParts } from '../schema/part.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'

/** A message on its own, preceded by its version as int16: keys and values of internal topics, member metadata. */
export function versionedToBuffer<F extends Fields>(
  message: Message<F>,
  version: number,
  value: InOf<F>,
): Buffer {
  const writer = new Writer(128)
  writer.int16(version)
  message.write(writer, version, value)
  return joinParts(writer.finish())
}

/** A version beyond those we know is read as the newest we know: later ones only add fields (KIP-429). */
export function versionedFromBuffer<F extends Fields>(message: Message<F>, bytes: Buffer): OutOf<F> {
  const reader = new Reader(bytes)
  return message.read(reader, Math.min(reader.int16(), message.maxVersion))
}
