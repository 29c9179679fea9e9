import type { Context } from 'hono'
import type { QueryContext } from '../../context.ts'
import { TraceReader } from '../../traces/trace-reader.ts'

/** A request that asks the store many times ends with what it has after so long. */
const maxMs = 30_000

/** What one request asks the store with: all three APIs of traces. */
export function traceReader({ reader, config, clock }: QueryContext, c: Context): TraceReader {
  const untilMs = clock.monotonicMs() + maxMs
  return new TraceReader(reader, config.tenant, c.req.raw.signal, () => clock.monotonicMs() >= untilMs)
}
