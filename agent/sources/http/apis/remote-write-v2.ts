import { WireReader, wireBytes, wireFixed64, wireVarint } from '../../../../lib/otlp/index.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { readHistogram } from './native-histogram.ts'
import { readSample } from './remote-write-v1.ts'
import { emptySeries, type WrittenSeries } from './written-series.ts'

const typeNames = ['unknown', 'counter', 'gauge'] as const

/**
 * Reads an io.prometheus.write.v2.Request: texts stand once in a table, labels are pairs of places in it.
 * Source: prometheus/prometheus, prompb/io/prometheus/write/v2/types.proto
 */
export function readWriteRequestV2(bytes: Buffer): WrittenSeries[] {
  const symbols: string[] = []
  const written: Buffer[] = []
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 4) symbols.push(reader.string())
    else if (reader.field === 5) written.push(reader.view())
    else reader.skip()
  }
  return written.map(series => readSeries(series, symbols))
}

function readSeries(bytes: Buffer, symbols: readonly string[]): WrittenSeries {
  const series = emptySeries({})
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 1) series.labels = labelsOf(reader.view(), symbols)
    else if (reader.field === 2) series.samples.push(readSample(reader.view()))
    else if (reader.field === 3) series.histograms.push(readHistogram(reader.view()))
    else if (reader.field === 4) series.exemplars.push(readExemplar(reader.view(), symbols))
    else if (reader.field === 5) Object.assign(series, readMetadata(reader.view(), symbols))
    else reader.skip()
  }
  return series
}

/** Packed pairs of name and value. */
function labelsOf(bytes: Buffer, symbols: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {}
  const reader = new WireReader(bytes)
  while (reader.position < reader.end) {
    const name = symbolAt(reader.varint(), symbols)
    labels[name] = symbolAt(reader.varint(), symbols)
  }
  return labels
}

function symbolAt(place: number, symbols: readonly string[]): string {
  const symbol = symbols[place]
  if (symbol === undefined) throw invalidPush(`a label refers to symbol ${place} of ${symbols.length}`)
  return symbol
}

function readExemplar(bytes: Buffer, symbols: readonly string[]): WrittenSeries['exemplars'][number] {
  let labels: Record<string, string> = {}
  let value = 0
  let timeMs = 0
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireBytes) labels = labelsOf(reader.view(), symbols)
    else if (reader.field === 2 && reader.wireType === wireFixed64) value = reader.double()
    else if (reader.field === 3 && reader.wireType === wireVarint) timeMs = Number(reader.varint64())
    else reader.skip()
  }
  return { labels, value, timeMs }
}

function readMetadata(
  bytes: Buffer,
  symbols: readonly string[],
): Pick<WrittenSeries, 'type' | 'help' | 'unit'> {
  const metadata: { type: WrittenSeries['type']; help: string; unit: string } = {
    type: 'unknown',
    help: '',
    unit: '',
  }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireVarint) reader.skip()
    else if (reader.field === 1) metadata.type = typeNames[reader.varint()] ?? 'other'
    else if (reader.field === 3) metadata.help = symbolAt(reader.varint(), symbols)
    else if (reader.field === 4) metadata.unit = symbolAt(reader.varint(), symbols)
    else reader.skip()
  }
  return metadata
}
