import { WireReader, wireBytes, wireFixed64, wireVarint } from '../../../../lib/otlp/index.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import type { NativeHistogram } from './written-series.ts'

/** Buckets of one histogram, gaps written out. */
const maxBuckets = 20_000

interface Span {
  offset: number
  length: number
}

/**
 * Reads a Histogram, the same message in both versions of remote write: integer histograms have buckets as differences,
 * float ones as counts. Source: prometheus/prometheus, prompb/types.proto and prompb/io/prometheus/write/v2/types.proto
 */
export function readHistogram(bytes: Buffer): NativeHistogram {
  const histogram: NativeHistogram = {
    count: 0,
    sum: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
    customBounds: [],
    timeMs: 0,
  }
  const parts = {
    negativeSpans: [] as Span[],
    positiveSpans: [] as Span[],
    negative: [] as number[],
    positive: [] as number[],
  }
  const reader = new WireReader(bytes)
  while (reader.next()) readField(reader, histogram, parts)
  histogram.negative = spread(parts.negativeSpans, parts.negative)
  histogram.positive = spread(parts.positiveSpans, parts.positive)
  return histogram
}

type Parts = Record<'negativeSpans' | 'positiveSpans', Span[]> & Record<'negative' | 'positive', number[]>

function readField(reader: WireReader, histogram: NativeHistogram, parts: Parts): void {
  const { field, wireType } = reader
  if (wireType === wireVarint) readVarint(reader, field, histogram)
  else if (wireType === wireFixed64) readDouble(reader.double(), field, histogram)
  else if (wireType === wireBytes) readBytes(reader.view(), field, histogram, parts)
  else reader.skip()
}

function readVarint(reader: WireReader, field: number, histogram: NativeHistogram): void {
  if (field === 15) histogram.timeMs = Number(reader.varint64())
  else {
    const value = reader.varint()
    if (field === 1) histogram.count = value
    else if (field === 4) histogram.schema = unzigzag(value)
    else if (field === 6) histogram.zeroCount = value
  }
}

function readDouble(value: number, field: number, histogram: NativeHistogram): void {
  if (field === 2) histogram.count = value
  else if (field === 3) histogram.sum = value
  else if (field === 5) histogram.zeroThreshold = value
  else if (field === 7) histogram.zeroCount = value
}

function readBytes(bytes: Buffer, field: number, histogram: NativeHistogram, parts: Parts): void {
  if (field === 8) parts.negativeSpans.push(readSpan(bytes))
  else if (field === 11) parts.positiveSpans.push(readSpan(bytes))
  else if (field === 9) parts.negative = fromDeltas(bytes)
  else if (field === 12) parts.positive = fromDeltas(bytes)
  else if (field === 10) parts.negative = doubles(bytes)
  else if (field === 13) parts.positive = doubles(bytes)
  else if (field === 16) histogram.customBounds = doubles(bytes)
}

function readSpan(bytes: Buffer): Span {
  const span = { offset: 0, length: 0 }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireVarint) reader.skip()
    else if (reader.field === 1) span.offset = unzigzag(reader.varint())
    else span.length = reader.varint()
  }
  return span
}

function fromDeltas(bytes: Buffer): number[] {
  const counts: number[] = []
  const reader = new WireReader(bytes)
  let count = 0
  while (reader.position < reader.end) {
    count += unzigzag(reader.varint())
    counts.push(count)
  }
  return counts
}

function doubles(bytes: Buffer): number[] {
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => bytes.readDoubleLE(i * 8))
}

/** Puts the buckets where their spans say, with nothing between them. */
function spread(spans: readonly Span[], counts: readonly number[]): NativeHistogram['positive'] {
  const offset = spans[0]?.offset ?? 0
  const all: number[] = []
  let next = 0
  for (const [i, span] of spans.entries()) {
    const gap = i === 0 ? 0 : span.offset
    if (gap < 0 || all.length + gap + span.length > maxBuckets)
      throw invalidPush(`a histogram has spans that are none or more than ${maxBuckets} buckets`)
    for (let zero = 0; zero < gap; zero++) all.push(0)
    for (let bucket = 0; bucket < span.length; bucket++) all.push(counts[next++] ?? 0)
  }
  return { offset, counts: all }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
