import { WireReader, wireBytes, wireFixed64, wireVarint } from '../../../../lib/otlp/index.ts'
import { readPair } from './name-value.ts'
import { readHistogram } from './native-histogram.ts'
import { emptySeries, type WrittenSeries } from './written-series.ts'

const typeNames = ['unknown', 'counter', 'gauge'] as const
type Metadata = Pick<WrittenSeries, 'type' | 'help' | 'unit'>

/**
 * Reads a prometheus.WriteRequest. Metadata that comes along is of families and fits by name.
 * Source: prometheus/prometheus, prompb/remote.proto and prompb/types.proto
 */
export function readWriteRequest(bytes: Buffer): WrittenSeries[] {
  const series: WrittenSeries[] = []
  const metadata = new Map<string, Metadata>()
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 1) series.push(readSeries(reader.view()))
    else if (reader.field === 3) readMetadata(reader.view(), metadata)
    else reader.skip()
  }
  return series.map(one => ({ ...one, ...metadata.get(one.labels['__name__'] ?? '') }))
}

function readSeries(bytes: Buffer): WrittenSeries {
  const labels: Record<string, string> = {}
  const series = emptySeries(labels)
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 1) readPair(reader.view(), labels)
    else if (reader.field === 2) series.samples.push(readSample(reader.view()))
    else if (reader.field === 3) series.exemplars.push(readExemplar(reader.view()))
    else if (reader.field === 4) series.histograms.push(readHistogram(reader.view()))
    else reader.skip()
  }
  return series
}

/** A Sample: value as a double, time as milliseconds. The same numbers in both versions. */
export function readSample(bytes: Buffer): { value: number; timeMs: number } {
  const sample = { value: 0, timeMs: 0 }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireFixed64) sample.value = reader.double()
    else if (reader.field === 2 && reader.wireType === wireVarint) sample.timeMs = Number(reader.varint64())
    else reader.skip()
  }
  return sample
}

function readExemplar(bytes: Buffer): WrittenSeries['exemplars'][number] {
  const labels: Record<string, string> = {}
  const exemplar = { labels, value: 0, timeMs: 0 }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireBytes) readPair(reader.view(), labels)
    else if (reader.field === 2 && reader.wireType === wireFixed64) exemplar.value = reader.double()
    else if (reader.field === 3 && reader.wireType === wireVarint) exemplar.timeMs = Number(reader.varint64())
    else reader.skip()
  }
  return exemplar
}

function readMetadata(bytes: Buffer, into: Map<string, Metadata>): void {
  let name = ''
  const metadata: { type: Metadata['type']; help: string; unit: string } = {
    type: 'unknown',
    help: '',
    unit: '',
  }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireVarint)
      metadata.type = typeNames[reader.varint()] ?? 'other'
    else if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 2) name = reader.string()
    else if (reader.field === 4) metadata.help = reader.string()
    else if (reader.field === 5) metadata.unit = reader.string()
    else reader.skip()
  }
  into.set(name, metadata)
}
