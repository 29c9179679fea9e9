import type { TraceFacts } from '../../lib/traceql/index.ts'
import { timesSql, withinTimes } from './span-range.ts'
import type { TraceReader } from './trace-reader.ts'

export interface ServiceCount {
  service: string
  spans: number
  errors: number
}

/** What is said of a trace in lists: of all its spans, whichever were searched. */
export interface TraceSummary {
  traceId: string
  rootService: string
  rootName: string
  /** False where the root has not come in: then the names are those of the first span. */
  hasRoot: boolean
  startNs: bigint
  durationNs: number
  spanCount: number
  errorCount: number
  services: ServiceCount[]
}

interface Row {
  traceId: string
  start: string
  end: string
  spanCount: number
  errorCount: number
  roots: number
  root: [service: string, name: string]
  spans: [services: string[], counts: number[]]
  errors: [services: string[], counts: number[]]
}

/** Where the spans of some traces lie. */
export const timesOfTraces = timesSql(
  'TraceIdBytes IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))',
  'length({ids:Array(String)})',
)
export const ofTraces = `Tenant = {tenant:String} AND TraceId IN {ids:Array(String)} AND ${withinTimes}`

export async function summariesOf(
  reader: TraceReader,
  ids: readonly string[],
): Promise<Map<string, TraceSummary>> {
  const found = new Map<string, TraceSummary>()
  for (const some of idChunks(ids))
    for (const summary of await summariesOfChunk(reader, some)) found.set(summary.traceId, summary)
  return found
}

/** Parameters travel in an address, which may not be longer than the head of a request. */
const idsPerQuestion = 100

/** As many ids as one question may have. */
export function idChunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / idsPerQuestion) }, (_, i) =>
    ids.slice(i * idsPerQuestion, (i + 1) * idsPerQuestion),
  )
}

async function summariesOfChunk(reader: TraceReader, ids: string[]): Promise<TraceSummary[]> {
  const rows = await reader.rows<Row>(
    `WITH ${timesOfTraces}
    SELECT TraceId AS traceId, toString(min(toUnixTimestamp64Nano(Timestamp))) AS start,
      toString(max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration))) AS end,
      count() AS spanCount, countIf(StatusCode = 'Error') AS errorCount, countIf(ParentSpanId = '') AS roots,
      argMin((toString(ServiceName), toString(SpanName)), (ParentSpanId != '', Timestamp, SpanId)) AS root,
      sumMap([toString(ServiceName)], [toUInt64(1)]) AS spans,
      sumMap([toString(ServiceName)], [toUInt64(StatusCode = 'Error')]) AS errors
    FROM otel_traces WHERE ${ofTraces} GROUP BY TraceId`,
    { ids },
  )
  return rows.map(toSummary)
}

function toSummary(row: Row): TraceSummary {
  const { traceId, start, end, spanCount, errorCount, roots, root, spans, errors } = row
  const errorsOf = new Map(errors[0].map((service, i) => [service, errors[1][i] ?? 0]))
  return {
    traceId,
    rootService: root[0],
    rootName: root[1],
    hasRoot: roots > 0,
    startNs: BigInt(start),
    durationNs: Number(BigInt(end) - BigInt(start)),
    spanCount,
    errorCount,
    services: spans[0].map((service, i) => ({
      service,
      spans: spans[1][i] ?? 0,
      errors: errorsOf.get(service) ?? 0,
    })),
  }
}

/** What TraceQL asks of a whole trace. */
export function factsOf({ rootName, rootService, durationNs }: TraceSummary): TraceFacts {
  return { rootName, rootService, durationNs }
}
