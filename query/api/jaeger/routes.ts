import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import type { QueryContext } from '../../context.ts'
import { candidateIds, selectionOf } from '../../traces/candidates.ts'
import { pipelineOf } from '../../traces/filters.ts'
import { serviceGraph } from '../../traces/graph.ts'
import { loadTraces } from '../../traces/load-traces.ts'
import { operationsOf, servicesOf } from '../../traces/services.ts'
import { maxSpansOfTrace, traceById, traceIdOf } from '../../traces/trace-by-id.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { traceReader } from '../traces/reader.ts'
import { failure, success } from './answer.ts'
import { invalid, Parameters } from './parameters.ts'
import { jaegerTrace } from './trace-json.ts'
import { jaegerV3Routes } from './v3.ts'

export const prefix = '/jaeger/api'

type Handler = (reader: TraceReader, parameters: Parameters, c: Context) => Promise<unknown[]>

/**
 * Jaeger's query API below `/jaeger`, for Jaeger's UI and Grafana's Jaeger data source. Source: jaegertracing/jaeger,
 * cmd/query/app/http_handler.go. Left out: archiving, and the metrics of its monitor tab, which come from `/prometheus`.
 */
export function jaegerRoutes(app: OpenAPIHono, context: QueryContext): void {
  const { logger, clock } = context
  for (const [path, handle] of Object.entries(handlers))
    app.get(`${prefix}/${path}`, async c => {
      try {
        const data = await handle(traceReader(context, c), new Parameters(c, clock.nowMs()), c)
        return success(c, data, path.startsWith('traces') ? 0 : data.length)
      } catch (error) {
        return failure(c, error, logger)
      }
    })
  jaegerV3Routes(app, context)
  app.all('/jaeger/*', c =>
    failure(c, new OperatingError('NOT_FOUND', `there is no ${c.req.path} here`), logger),
  )
}

const handlers: Readonly<Record<string, Handler>> = {
  services: async (reader, parameters) =>
    (await servicesOf(reader, parameters.names())).map(({ service }) => service),
  'services/:service/operations': async (reader, parameters, c) => {
    const found = await operationsOf(reader, parameters.names(), c.req.param('service') ?? '')
    return [...new Set(found.map(({ name }) => name))]
  },
  operations: async (reader, parameters) => {
    const found = await operationsOf(
      reader,
      parameters.names(),
      parameters.needed('service'),
      parameters.text('spanKind'),
    )
    return found.map(({ name, kind }) => ({ name, spanKind: kind === 'unspecified' ? '' : kind }))
  },
  traces: async (reader, parameters) => {
    const ids = parameters.traceIds()
    const found = await loadTraces(reader, ids.length > 0 ? ids : await search(reader, parameters))
    return found.map(({ id, spans }) => jaegerTrace(id, spans, reader.warnings))
  },
  'traces/:id': async (reader, _, c) => {
    const text = c.req.param('id') ?? ''
    const id = traceIdOf(text)
    if (id === undefined) throw invalid(`cannot parse trace id '${text}': it is not hexadecimal`)
    const { spans } = await traceById(reader, id, maxSpansOfTrace)
    if (spans.length === 0) throw new OperatingError('NOT_FOUND', 'trace not found')
    return [jaegerTrace(id, spans, reader.warnings)]
  },
  dependencies: async (reader, parameters) => {
    const edges = await serviceGraph(reader, parameters.dependencies())
    return edges
      .filter(({ kind }) => kind === 'service')
      .map(({ client, server, calls }) => ({ parent: client, child: server, callCount: calls }))
  },
}

/** Ids of traces with a span that all parameters are true of. */
async function search(reader: TraceReader, parameters: Parameters): Promise<string[]> {
  const pipeline = pipelineOf('', parameters.filters())
  return await candidateIds(reader, selectionOf(pipeline), parameters.range(), parameters.limit())
}
