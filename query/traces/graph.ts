import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

/** Calls of one service to another. */
export interface ServiceEdge {
  client: string
  server: string
  /** What is called: a service with spans of its own, or a database, queue or peer that only its callers tell of. */
  kind: 'service' | 'database' | 'messaging' | 'peer'
  calls: number
  errors: number
  p50Ns: number
  p95Ns: number
  p99Ns: number
}

export const maxEdges = 2_000
/** About as many spans are joined at most: of more, a part of the traces stands for all. */
const maxJoinedSpans = 500_000

interface Row extends Omit<ServiceEdge, 'p50Ns' | 'p95Ns' | 'p99Ns'> {
  quantiles: [number, number, number]
}

/** Who calls whom: spans of one service whose parent is of another, and calls that leave what is traced. */
export async function serviceGraph(reader: TraceReader, range: TimeRange): Promise<ServiceEdge[]> {
  const params = spanRangeParams(range)
  const [total] = await reader.rows<{ spans: number }>(
    `SELECT count() AS spans FROM otel_traces WHERE ${spanRange}`,
    params,
  )
  const { sql, params: sampled, scale } = sampleOf(range, total?.spans ?? 0)
  if (scale > 1)
    reader.warn(`about one in ${scale} traces was looked at, and counts are scaled up: take a shorter range`)
  const among = `${spanRange}${sql}`
  const rows = await reader.rows<Row>(`${callsSql(among)} UNION ALL ${outsideSql(among)}`, {
    ...params,
    ...sampled,
  })
  if (rows.length >= maxEdges) reader.warn(`the ${maxEdges} edges with the most calls are here`)
  return rows
    .toSorted((a, b) => b.calls - a.calls || compare(a.client, b.client) || compare(a.server, b.server))
    .slice(0, maxEdges)
    .map(({ client, server, kind, calls, errors, quantiles: [p50Ns, p95Ns, p99Ns] }) => ({
      client,
      server,
      kind,
      calls: calls * scale,
      errors: errors * scale,
      p50Ns,
      p95Ns,
      p99Ns,
    }))
}

const stepS = 300n
const leastSteps = 4n

/**
 * Which spans stand for all. Of many five-minute steps some, evenly spread, since only those need to be read then; of few,
 * or where that is not enough, some of the traces.
 */
export function sampleOf({ startNs, endNs }: TimeRange, spans: number) {
  const wanted = BigInt(Math.max(1, Math.ceil(spans / maxJoinedSpans)))
  const first = startNs / 1_000_000_000n / stepS
  const steps = endNs / 1_000_000_000n / stepS - first + 1n
  const most = steps / leastSteps
  const everyStep = wanted < most ? wanted : most > 1n ? most : 1n
  const everyTrace = (wanted + everyStep - 1n) / everyStep
  const ofSteps = ` AND toStartOfFiveMinutes(Timestamp) IN
      (SELECT toDateTime(({firstStep:UInt64} + number * {everyStep:UInt64}) * ${stepS}) FROM numbers({steps:UInt64}))`
  const ofTraces = ' AND cityHash64(TraceId) % {everyTrace:UInt32} = 0'
  return {
    sql: `${everyStep > 1n ? ofSteps : ''}${everyTrace > 1n ? ofTraces : ''}`,
    params: {
      ...(everyStep > 1n ? { firstStep: first, everyStep, steps: steps / everyStep } : {}),
      ...(everyTrace > 1n ? { everyTrace } : {}),
    },
    scale: Number(everyStep * everyTrace),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const figures = `count() AS calls, countIf(StatusCode = 'Error') AS errors,
      quantilesTDigest(0.5, 0.95, 0.99)(Duration) AS quantiles`

/** Spans whose parent is of another service. */
function callsSql(among: string): string {
  return `SELECT * FROM (SELECT toString(parent.Service) AS client, toString(child.ServiceName) AS server, 'service' AS kind, ${figures}
    FROM (SELECT TraceId, ParentSpanId, ServiceName, StatusCode, Duration FROM otel_traces
      WHERE ${among} AND ParentSpanId != '') AS child
    INNER JOIN (SELECT TraceId, SpanId, ServiceName AS Service FROM otel_traces WHERE ${among}) AS parent
      ON parent.TraceId = child.TraceId AND parent.SpanId = child.ParentSpanId
    WHERE client != server GROUP BY client, server ORDER BY calls DESC LIMIT ${maxEdges})`
}

/** What a client's span says of where it goes, of those that have no span on the other side. Source: OpenTelemetry semantic conventions. */
function outsideSql(among: string): string {
  const first = (keys: readonly string[]) =>
    keys.reduceRight(
      (rest, key) => `if(SpanAttributes['${key}'] != '', SpanAttributes['${key}'], ${rest})`,
      `''`,
    )
  const database = first(['db.system.name', 'db.system'])
  const messaging = first(['messaging.destination.name', 'messaging.system'])
  const peer = first(['peer.service', 'server.address', 'net.peer.name'])
  return `SELECT * FROM (SELECT toString(ServiceName) AS client, multiIf(${database} != '', ${database}, ${messaging} != '', ${messaging}, ${peer}) AS server,
      multiIf(${database} != '', 'database', ${messaging} != '', 'messaging', 'peer') AS kind, ${figures}
    FROM otel_traces WHERE ${among} AND SpanKind IN ('Client', 'Producer') AND server != ''
      AND (TraceId, SpanId) NOT IN (SELECT TraceId, ParentSpanId FROM otel_traces WHERE ${among} AND ParentSpanId != ''
        AND SpanKind IN ('Server', 'Consumer'))
    GROUP BY client, server, kind ORDER BY calls DESC LIMIT ${maxEdges})`
}
