import { compressSync, uncompressSync } from 'snappy'
import { WireReader, WireWriter, wireVarint } from '../../lib/otlp/index.ts'

interface ReadSeries {
  labels: Record<string, string>
  samples: [timeMs: number, value: number][]
}

/** A request for the series with these labels, as a Prometheus that reads remotely sends it. */
export function readRequest(
  labels: Record<string, string>,
  fromMs: number,
  toMs: number,
): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter()
  const query = writer.begin(1)
  for (const [field, ms] of [[1, fromMs] as const, [2, toMs] as const]) {
    writer.tag(field, wireVarint)
    writer.varint(ms)
  }
  for (const [name, value] of Object.entries(labels)) {
    const matcher = writer.begin(3)
    writer.string(2, name)
    writer.string(3, value)
    writer.end(matcher)
  }
  writer.end(query)
  return new Uint8Array(compressSync(writer.finish()))
}

/** The series of its answer. */
export function readAnswer(body: ArrayBuffer): ReadSeries[] {
  const series: ReadSeries[] = []
  const result = messages(uncompressSync(Buffer.from(body)) as Buffer, 1)[0] ?? Buffer.alloc(0)
  for (const bytes of messages(result, 1)) {
    const labels = messages(bytes, 1).map(label => messages(label, 1, 2).map(String) as [string, string])
    const samples = messages(bytes, 2).map(readSample)
    series.push({ labels: Object.fromEntries(labels), samples })
  }
  return series
}

function readSample(bytes: Buffer): [number, number] {
  const reader = new WireReader(bytes)
  let [timeMs, value] = [0, 0]
  while (reader.next())
    if (reader.field === 1) value = reader.double()
    else timeMs = reader.varint()
  return [timeMs, value]
}

/** The contents of the fields that are messages or texts. */
function messages(bytes: Buffer, ...fields: number[]): Buffer[] {
  const reader = new WireReader(bytes)
  const found: Buffer[] = []
  while (reader.next()) {
    if (!fields.includes(reader.field)) {
      reader.skip()
      continue
    }
    const start = reader.content()
    found.push(bytes.subarray(start, reader.position))
  }
  return found
}
