import { OperatingError } from '../../../lib/base/index.ts'
import { decodeSnappyBlock, encodeSnappyBlock, snappyLength } from '../../../lib/kafka/index.ts'
import type { MatchOperator } from '../../../lib/logql/index.ts'
import { WireReader, WireWriter, wireFixed64, wireVarint } from '../../../lib/otlp/index.ts'
import type { LabelMatch, Selector } from '../../promql/ast.ts'
import { loadSeries } from '../../promql/series.ts'
import type { StoredSeries } from '../../promql/stored-series.ts'
import type { StoreReader } from '../../store-reader.ts'
import { writeHistogram } from './write-histogram.ts'

const maxRequestBytes = 1_048_576
const maxQueries = 100
const operators: readonly MatchOperator[] = ['=', '!=', '=~', '!~']
const staleMarker = 0x7ff0000000000002n

interface ReadQuery {
  fromMs: number
  toMs: number
  matchers: LabelMatch[]
}

/**
 * Prometheus' remote read with samples in the answer, which every reader takes: the numbers and native histograms of the series asked for,
 * in a snappy block of protobuf. Source: Prometheus remote read API, prompb/remote.proto. Errors: PARAMETER_INVALID, TOO_MUCH.
 */
export async function remoteRead(
  reader: StoreReader,
  tenant: string,
  body: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  const writer = new WireWriter()
  for (const query of readRequest(decoded(body))) {
    const selector = selectorOf(query.matchers)
    const { list } = await loadSeries(reader, tenant, selector, query, signal)
    const result = writer.begin(1)
    for (const one of list) writeSeries(writer, one)
    writer.end(result)
  }
  return encodeSnappyBlock(writer.finish())
}

function decoded(body: Buffer): Buffer {
  if ((snappyLength(body) ?? 0) > maxRequestBytes) throw invalid(`larger than ${maxRequestBytes} bytes`)
  const bytes = decodeSnappyBlock(body)
  if (bytes === undefined) throw invalid('not a snappy block')
  return bytes
}

function invalid(why: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', `the body of the remote read is ${why}`)
}

function readRequest(bytes: Buffer): ReadQuery[] {
  const reader = new WireReader(bytes)
  const queries: ReadQuery[] = []
  while (reader.next()) {
    if (reader.field !== 1) reader.skip()
    else {
      const outer = reader.enter()
      queries.push(readQuery(reader))
      reader.leave(outer)
    }
  }
  if (queries.length > maxQueries) throw invalid(`of more than ${maxQueries} queries`)
  return queries
}

function readQuery(reader: WireReader): ReadQuery {
  const query: ReadQuery = { fromMs: 0, toMs: 0, matchers: [] }
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireVarint) query.fromMs = Number(reader.varint64())
    else if (reader.field === 2 && reader.wireType === wireVarint) query.toMs = Number(reader.varint64())
    else if (reader.field === 3) {
      const outer = reader.enter()
      query.matchers.push(readMatcher(reader))
      reader.leave(outer)
    } else reader.skip()
  }
  return query
}

function readMatcher(reader: WireReader): LabelMatch {
  const matcher = { name: '', operator: '=' as MatchOperator, value: '' }
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireVarint)
      matcher.operator = operators[reader.varint()] ?? '='
    else if (reader.field === 2) matcher.name = textOf(reader)
    else if (reader.field === 3) matcher.value = textOf(reader)
    else reader.skip()
  }
  return matcher
}

function textOf(reader: WireReader): string {
  const start = reader.content()
  return reader.bytes.toString('utf8', start, reader.position)
}

function selectorOf(matchers: readonly LabelMatch[]): Selector {
  const rest = { name: undefined, range: undefined, offset: undefined, at: undefined, extension: undefined }
  return { kind: 'selector', matchers, ...rest, from: 0, to: 0 }
}

/** Numbers first, each kind in the order of time, as every reader merges them. */
function writeSeries(writer: WireWriter, { labels, samples, staleMs, histograms }: StoredSeries): void {
  if (samples.timesMs.length === 0 && histograms === undefined) return
  const series = writer.begin(1)
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const label = writer.begin(1)
    writer.string(1, name)
    writer.string(2, value)
    writer.end(label)
  }
  const stale = new Set(staleMs)
  const timesMs = Float64Array.from([...samples.timesMs, ...staleMs]).sort()
  let at = 0
  for (const timeMs of timesMs) {
    const isStale = samples.timesMs[at] !== timeMs && stale.has(timeMs)
    writeSample(writer, timeMs, isStale ? undefined : (samples.values[at++] as number))
  }
  for (const [i, histogram] of (histograms?.values ?? []).entries())
    writeHistogram(writer, histograms?.timesMs[i] as number, histogram)
  writer.end(series)
}

/** Without a value it is the marker of a series that ended. */
function writeSample(writer: WireWriter, timeMs: number, value: number | undefined): void {
  const sample = writer.begin(2)
  writer.tag(1, wireFixed64)
  if (value === undefined) writer.fixed64(staleMarker)
  else writer.double(value)
  writer.tag(2, wireVarint)
  writer.varint64(BigInt(timeMs))
  writer.end(sample)
}
