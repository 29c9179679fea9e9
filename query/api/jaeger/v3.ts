import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import type { Span } from '../../../lib/traceql/index.ts'
import type { QueryContext } from '../../context.ts'
import { logFailure } from '../../log-failure.ts'
import { problemOf } from '../../problem.ts'
import { parseTime } from '../../time.ts'
import { candidateIds, selectionOf } from '../../traces/candidates.ts'
import { pipelineOf } from '../../traces/filters.ts'
import { loadTraces } from '../../traces/load-traces.ts'
import { otlpForm, resourceSpans } from '../../traces/otlp.ts'
import { operationsOf, servicesOf } from '../../traces/services.ts'
import { maxSpansOfTrace, traceById, traceIdOf } from '../../traces/trace-by-id.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { maxTraces } from '../traces/parameters.ts'
import { traceReader } from '../traces/reader.ts'
import { invalid, Parameters } from './parameters.ts'

const prefix = '/jaeger/api/v3'

type Handler = (reader: TraceReader, query: (name: string) => string, c: Context) => Promise<object>

/** Jaeger's newer API, which answers in OTLP/JSON. Source: jaegertracing/jaeger-idl, proto/api_v3/query_service.proto. */
export function jaegerV3Routes(app: OpenAPIHono, context: QueryContext): void {
  for (const [path, handle] of Object.entries(handlers(context)))
    app.get(`${prefix}/${path}`, async c => {
      try {
        return c.json(await handle(traceReader(context, c), name => c.req.query(name) ?? '', c))
      } catch (error) {
        return failure(c, error, context)
      }
    })
}

function failure(c: Context, error: unknown, { logger }: QueryContext): Response {
  const { status, detail } = problemOf(error)
  if (status === 500) logFailure(c, error, logger)
  return c.json(
    { error: { httpCode: status, message: detail, details: [], grpcCode: status === 404 ? 5 : 0 } },
    status as 400,
  )
}

function handlers({ clock }: QueryContext): Readonly<Record<string, Handler>> {
  return {
    services: async (reader, _, c) => {
      const found = await servicesOf(reader, new Parameters(c, clock.nowMs()).names())
      return { services: found.map(({ service }) => service) }
    },
    operations: async (reader, query, c) => {
      const range = new Parameters(c, clock.nowMs()).names()
      const found = await operationsOf(reader, range, query('service'), query('span_kind').toLowerCase())
      return {
        operations: found.map(({ name, kind }) => ({ name, spanKind: kind === 'unspecified' ? '' : kind })),
      }
    },
    'traces/:id': async (reader, _, c) => {
      const id = traceIdOf(c.req.param('id') ?? '')
      if (id === undefined) throw invalid('malformed parameter trace_id: it is not hexadecimal')
      const { spans } = await traceById(reader, id, maxSpansOfTrace)
      return toResult(spans)
    },
    traces: async (reader, query) => {
      const nowMs = clock.nowMs()
      const range = {
        startNs: parseTime(query('query.start_time_min') || 'now-48h', nowMs),
        endNs: parseTime(query('query.start_time_max') || 'now', nowMs),
      }
      const pipeline = pipelineOf('', {
        service: query('query.service_name'),
        operation: query('query.operation_name'),
        minDuration: query('query.duration_min'),
        maxDuration: query('query.duration_max'),
      })
      const limit = Number(query('query.search_depth') || query('query.num_traces') || '100')
      if (!Number.isInteger(limit) || limit < 1) throw invalid('malformed parameter query.search_depth')
      const ids = await candidateIds(reader, selectionOf(pipeline), range, Math.min(limit, maxTraces))
      return toResult((await loadTraces(reader, ids)).flatMap(({ spans }) => spans))
    },
  }
}

/** Errors: NOT_FOUND where there is nothing. */
function toResult(spans: readonly Span[]): object {
  if (spans.length === 0) throw new OperatingError('NOT_FOUND', 'No traces found')
  return { result: { resourceSpans: resourceSpans(spans, otlpForm) } }
}
