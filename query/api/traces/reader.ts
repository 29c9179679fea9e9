import type { Context } from 'hono'
import { readerOf, tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { TraceReader } from '../../traces/trace-reader.ts'

/** A request that asks the store many times ends with what it has after so long. */
const maxMs = 30_000

/** What one request asks the store with: all three APIs of traces. */
export function traceReader({ clock }: QueryContext, c: Context): TraceReader {
  const untilMs = clock.monotonicMs() + maxMs
  return new TraceReader(readerOf(c), tenantOf(c), c.req.raw.signal, () => clock.monotonicMs() >= untilMs)
}
