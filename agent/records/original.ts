import { originalKey } from '../../lib/ledger/index.ts'
import {
  ItemReader,
  KeyValueReader,
  LogRecordReader,
  ValueReader,
  valueKinds,
  valueText,
} from '../../lib/otlp/index.ts'

const originalName = Buffer.from(originalKey)
const lineFeed = Buffer.from('\n')

/**
 * What the first log record of a request stands for in its source, as the ledger's checksum has it: its
 * `log.record.original`, the last of several, else its body and one line feed.
 */
export function originalOf(request: Buffer): Buffer {
  const items = new ItemReader()
  items.reset(request)
  items.next()
  const record = new LogRecordReader()
  record.read(request, items.itemStart, items.itemEnd)
  const { attributes, body } = record
  const entry = new KeyValueReader()
  for (let i = attributes.count - 1; i >= 0; i--) {
    entry.read(request, attributes.starts[i] as number, attributes.ends[i] as number)
    if (!originalName.equals(request.subarray(entry.keyStart, entry.keyEnd))) continue
    const original = bytesOf(request, entry.valueStart, entry.valueEnd)
    if (original !== undefined) return original
  }
  const text = bytesOf(request, body.start, body.end) ?? Buffer.from(valueText(request, body.start, body.end))
  return Buffer.concat([text, lineFeed])
}

/** Of a string or bytes; undefined for anything else. */
function bytesOf(request: Buffer, start: number, end: number): Buffer | undefined {
  const value = new ValueReader()
  value.read(request, start, end)
  const isText = value.kind === valueKinds.string || value.kind === valueKinds.bytes
  return isText ? request.subarray(value.start, value.end) : undefined
}
