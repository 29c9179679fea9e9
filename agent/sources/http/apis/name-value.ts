import { WireReader, wireBytes } from '../../../../lib/otlp/index.ts'

/** A message of a name (1) and a value (2), as labels are written in protobuf. */
export function readPair(bytes: Buffer, into: Record<string, string>): void {
  let name = ''
  let value = ''
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 1) name = reader.string()
    else if (reader.field === 2) value = reader.string()
    else reader.skip()
  }
  into[name] = value
}
