import type { Span } from '../../lib/traceql/index.ts'
import { type SpanRow, spanColumns, toSpan } from './stored-span.ts'
import { idChunks, ofTraces, timesOfTraces } from './summaries.ts'
import type { TraceReader } from './trace-reader.ts'

/** In memory at once, whatever the traces. */
export const maxLoadedSpans = 50_000
const maxPerTrace = 10_000

/** All spans of some traces, in the order of the ids; warns where there were more than can be shown. */
export async function loadTraces(
  reader: TraceReader,
  ids: readonly string[],
): Promise<{ id: string; spans: Span[] }[]> {
  const rows: SpanRow[] = []
  for (const some of idChunks(ids)) {
    const room = maxLoadedSpans - rows.length
    if (room > 0) rows.push(...(await spansOf(reader, some, room)))
  }
  if (rows.length === maxLoadedSpans)
    reader.warn(`the traces have more than ${maxLoadedSpans} spans: ask for fewer`)
  const byTrace = Map.groupBy(rows, ({ traceId }) => traceId)
  return ids.flatMap(id => {
    const some = byTrace.get(id)
    if (some?.length === maxPerTrace)
      reader.warn(`trace ${id} has more than ${maxPerTrace} spans: the first are here`)
    return some === undefined ? [] : [{ id, spans: some.map(toSpan) }]
  })
}

async function spansOf(reader: TraceReader, ids: string[], limit: number): Promise<SpanRow[]> {
  return await reader.rows<SpanRow>(
    `WITH ${timesOfTraces} SELECT ${spanColumns} FROM otel_traces WHERE ${ofTraces}
    ORDER BY Timestamp, SpanId LIMIT ${maxPerTrace} BY TraceId LIMIT {limit:UInt32}`,
    { ids, limit },
  )
}
