import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { limitsFor } from '../../access/asker.ts'
import type { Limits } from '../../access/limits.ts'
import type { QueryContext } from '../../context.ts'
import { niceStepMs, parseStepMs } from '../../time.ts'
import { durationsOf } from '../../traces/durations.ts'
import { pipelineOf } from '../../traces/filters.ts'
import { serviceGraph } from '../../traces/graph.ts'
import { redOf } from '../../traces/red.ts'
import { operationsOf, servicesOf } from '../../traces/services.ts'
import type { TimeRange } from '../../traces/trace-reader.ts'
import { beginAnswer } from '../frame.ts'
import { refuseTooManyPoints } from '../logs.ts'
import { parseRange } from '../parameters.ts'
import { json, problems } from '../route.ts'
import { filterParameters, filtersOf, traceRange } from './parameters.ts'
import { traceReader } from './reader.ts'
import {
  operationsAnswer,
  redAnswer,
  serviceGraphAnswer,
  traceHistogramAnswer,
  traceServicesAnswer,
} from './schemas.ts'

const step = { step: z.string().optional().openapi({ example: '1m' }) }

/** What is said of the traces of a range together. */
export function figureRoutes(app: OpenAPIHono, context: QueryContext): void {
  services(app, context)
  operations(app, context)
  graph(app, context)
  red(app, context)
  histogram(app, context)
}

function services(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/services',
    summary: 'services with spans',
    request: { query: z.object(traceRange) },
    responses: { 200: json(traceServicesAnswer, 'by name'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const found = await servicesOf(reader, parseRange(c.req.valid('query'), context.clock.nowMs()))
    return c.json({ services: found, ...(await answer(reader.cost, null, reader.warnings)) }, 200)
  })
}

function operations(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/operations',
    summary: 'names of spans',
    request: { query: z.object({ ...traceRange, service: z.string().default('') }) },
    responses: { 200: json(operationsAnswer, 'by service and name'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const { service, ...range } = c.req.valid('query')
    const found = await operationsOf(reader, parseRange(range, context.clock.nowMs()), service)
    return c.json({ operations: found, ...(await answer(reader.cost, null, reader.warnings)) }, 200)
  })
}

function graph(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/graph',
    summary: 'which service calls which',
    request: { query: z.object(traceRange) },
    responses: { 200: json(serviceGraphAnswer, 'edges with the most calls first'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const range = parseRange(c.req.valid('query'), context.clock.nowMs())
    const [nodes, edges] = await Promise.all([servicesOf(reader, range), serviceGraph(reader, range)])
    return c.json({ services: nodes, edges, ...(await answer(reader.cost, null, reader.warnings)) }, 200)
  })
}

function red(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/red',
    summary: 'rate, errors and durations of services or their operations',
    request: {
      query: z.object({
        ...traceRange,
        ...step,
        service: z.string().default(''),
        operation: z.string().default(''),
        by: z.enum(['service', 'operation']).default('service'),
      }),
    },
    responses: { 200: json(redAnswer, 'those with the most calls first'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const { service, operation, by, ...given } = c.req.valid('query')
    const range = parseRange(given, context.clock.nowMs())
    const stepMs = stepOf(range, given.step, limitsFor(c))
    const asked = { range, stepMs, service, operation, byOperation: by === 'operation' || operation !== '' }
    const series = await redOf(reader, asked)
    const frame = await answer(reader.cost, null, reader.warnings)
    return c.json({ stepMs, start: String(range.startNs), series, ...frame }, 200)
  })
}

function histogram(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/traces/histogram',
    summary: 'how long spans took',
    request: { query: z.object({ ...traceRange, ...step, ...filterParameters }) },
    responses: { 200: json(traceHistogramAnswer, 'of all spans that are asked for'), ...problems },
  })
  app.openapi(route, async c => {
    const answer = beginAnswer(context)
    const reader = traceReader(context, c)
    const { query, start, end, step: given, ...filters } = c.req.valid('query')
    const range = parseRange({ start, end }, context.clock.nowMs())
    const stepMs = stepOf(range, given, limitsFor(c))
    const made = await durationsOf(reader, pipelineOf(query, filtersOf(filters)), range, stepMs)
    const frame = await answer(reader.cost, null, reader.warnings)
    return c.json({ stepMs, start: String(range.startNs), ...made, ...frame }, 200)
  })
}

/** Errors: TIME_INVALID, TOO_MUCH. */
function stepOf({ startNs, endNs }: TimeRange, given: string | undefined, limits: Limits): number {
  const rangeMs = Number((endNs - startNs) / 1_000_000n)
  const stepMs = given === undefined || given === '' ? niceStepMs(rangeMs) : parseStepMs(given)
  refuseTooManyPoints(rangeMs / stepMs, limits)
  return stepMs
}
