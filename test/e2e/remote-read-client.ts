import { compressSync, uncompressSync } from 'snappy'
import { WireReader, WireWriter, wireVarint } from '../../lib/otlp/index.ts'

interface ReadSeries {
  labels: Record<string, string>
  samples: [timeMs: number, value: number][]
}

export interface ReadHistogram {
  timeMs: number
  count: number
  sum: number
  schema: number
  zero: [count: number, threshold: number]
  /** Spans as offset and length, and by how much each bucket has more than the one before. */
  negative: [spans: number[][], deltas: number[]]
  positive: [spans: number[][], deltas: number[]]
  bounds: number[]
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

/** The native histograms of its series, one behind the other. Source: prompb/types.proto. */
export function readHistograms(body: ArrayBuffer): ReadHistogram[] {
  const result = messages(uncompressSync(Buffer.from(body)) as Buffer, 1)[0] ?? Buffer.alloc(0)
  return messages(result, 1).flatMap(series => messages(series, 4).map(readHistogram))
}

function readHistogram(bytes: Buffer): ReadHistogram {
  const fields = new Map<number, number>()
  const reader = new WireReader(bytes)
  while (reader.next())
    if (reader.wireType === wireVarint) fields.set(reader.field, reader.varint())
    else if (reader.field === 3 || reader.field === 5) fields.set(reader.field, reader.double())
    else reader.skip()
  const field = (number: number) => fields.get(number) ?? 0
  const buckets = (spans: number, deltas: number): [number[][], number[]] => [
    messages(bytes, spans).map(readSpan),
    messages(bytes, deltas).flatMap(packed => varints(packed).map(signed)),
  ]
  return {
    timeMs: field(15),
    count: field(1),
    sum: field(3),
    schema: signed(field(4)),
    zero: [field(6), field(5)],
    negative: buckets(8, 9),
    positive: buckets(11, 12),
    bounds: messages(bytes, 16).flatMap(packed =>
      Array.from({ length: packed.length / 8 }, (_, i) => packed.readDoubleLE(i * 8)),
    ),
  }
}

function readSpan(bytes: Buffer): number[] {
  const reader = new WireReader(bytes)
  let [offset, length] = [0, 0]
  while (reader.next())
    if (reader.field === 1) offset = signed(reader.varint())
    else length = reader.varint()
  return [offset, length]
}

function varints(bytes: Buffer): number[] {
  const reader = new WireReader(bytes)
  const found: number[] = []
  while (reader.position < reader.end) found.push(reader.varint())
  return found
}

function signed(zigzag: number): number {
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
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
