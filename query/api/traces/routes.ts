import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OperatingError } from '../../../lib/base/index.ts'
import { endNsOf, type Span } from '../../../lib/traceql/index.ts'
import { readerOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { pipelineOf } from '../../traces/filters.ts'
import { logsOfTrace } from '../../traces/logs-of-trace.ts'
import { searchTraces } from '../../traces/search.ts'
import { maxSpansOfTrace, traceById, traceIdOf } from '../../traces/trace-by-id.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { beginAnswer } from '../frame.ts'
import { count, maxLines, parseRange } from '../parameters.ts'
import { json, problems } from '../route.ts'
import { toFound, toTrace } from './answers.ts'
import { figureRoutes } from './figures.ts'
import { filterParameters, filtersOf, maxTraces, traceRange } from './parameters.ts'
import { traceReader } from './reader.ts'
import { traceAnswer, traceLogsAnswer, tracesAnswer } from './schemas.ts'

/** `/api/traces` and what belongs to it: search, one trace, its lines, and figures over many. */
export function traceRoutes(app: OpenAPIHono, context: QueryContext): void {
  search(app, context)
  // before the route of ids, which would take their names for ids
  figureRoutes(app, context)
  one(app, context)
  logs(app, context)
}

function search(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces',
    summary: 'search traces',
    request: {
      query: z.object({
        ...traceRange,
        ...filterParameters,
        limit: count(20, maxTraces),
        order: z
          .enum(['newest', 'slowest'])
          .default('newest')
          .openapi({ description: 'which are chosen: with the newest matching spans, or the longest' }),
        spans: count(3, 100).openapi({ description: 'spans shown of each trace' }),
      }),
    },
    responses: { 200: json(tracesAnswer, 'the newest first, or the slowest'), ...problems },
  })
  app.openapi(route, async c => {
    const { query, limit, spans, order, start, end, ...filters } = c.req.valid('query')
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const pipeline = pipelineOf(query, filtersOf(filters))
    const range = parseRange({ start, end }, context.clock.nowMs())
    const found = await searchTraces(reader, { pipeline, range, limit, order, spansPerSet: spans })
    return c.json({ traces: found.map(toFound), ...(await answer(reader.cost, null, reader.warnings)) }, 200)
  })
}

function one(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/{id}',
    summary: 'one trace with its spans',
    request: {
      params: z.object({ id: z.string().openapi({ description: 'up to 32 hexadecimal digits' }) }),
      query: z.object({ limit: count(10_000, maxSpansOfTrace).openapi({ description: 'spans at most' }) }),
    },
    responses: { 200: json(traceAnswer, 'spans depth first'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const { limit } = c.req.valid('query')
    const { spans, spanCount } = await theTrace(reader, c.req.valid('param').id, Math.max(1, limit))
    const trace = toTrace(spans, spanCount)
    return c.json({ ...trace, ...(await answer(reader.cost, null, reader.warnings)) }, 200)
  })
}

/** Errors: NOT_FOUND, PARAMETER_INVALID where it is no id. */
async function theTrace(reader: TraceReader, text: string, limit: number) {
  const id = traceIdOf(text)
  if (id === undefined)
    throw new OperatingError('PARAMETER_INVALID', `found '${text}', expected up to 32 hexadecimal digits`)
  const found = await traceById(reader, id, limit)
  if (found.spans.length === 0) throw new OperatingError('NOT_FOUND', `there is no trace ${id}`)
  return { id, ...found }
}

function logs(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/{id}/logs',
    summary: 'the lines of a trace, or of one of its spans',
    request: {
      params: z.object({ id: z.string() }),
      query: z.object({
        span: z
          .string()
          .regex(/^(?:[0-9a-f]{16})?$/i, '16 hexadecimal digits')
          .default(''),
        limit: count(500, maxLines),
      }),
    },
    responses: { 200: json(traceLogsAnswer, 'oldest first'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const { span, limit } = c.req.valid('query')
    const { id, spans } = await theTrace(reader, c.req.valid('param').id, maxSpansOfTrace)
    const asked = { tenant: reader.tenant, traceId: id, spanId: span.toLowerCase(), limit, ...rangeOf(spans) }
    const found = await logsOfTrace(readerOf(c), asked, c.req.raw.signal)
    const cost = { rows: reader.cost.rows + found.cost.rows, bytes: reader.cost.bytes + found.cost.bytes }
    return c.json({ logs: found.logs, ...(await answer(cost, null, reader.warnings)) }, 200)
  })
}

function rangeOf(spans: readonly Span[]) {
  const startNs = spans[0]?.startNs ?? 0n
  let endNs = startNs
  for (const span of spans) if (endNsOf(span) > endNs) endNs = endNsOf(span)
  return { startNs, endNs }
}
