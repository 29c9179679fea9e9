import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OperatingError } from '../../lib/base/index.ts'
import { isFilterQuery, parseLogQuery, parseSearch } from '../../lib/logql/index.ts'
import { limitsFor, readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { decodeCursor, parsePosition } from '../cursor.ts'
import { facets } from '../facets.ts'
import { type HistogramSearch, histogram } from '../histogram.ts'
import { histogramBy } from '../histogram-by.ts'
import { picker } from '../log-fields.ts'
import { stagedHistogram } from '../logql/histogram.ts'
import { searchStaged } from '../logql/search.ts'
import { logContext, searchLogs } from '../logs.ts'
import type { StoreReader } from '../store-reader.ts'
import { niceStepMs, parseStepMs } from '../time.ts'
import { countedStepMs, inZone, ZoneClock } from '../zone-steps.ts'
import { beginAnswer, keptWhenClosed } from './frame.ts'
import { count, fieldsParameter, maxLines, namesOf, parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { contextAnswer, facetsAnswer, histogramAnswer, pickedLogsAnswer } from './schemas.ts'

/** `/api/logs` and what belongs to it: search, histogram, facets, context. */
export function logRoutes(app: OpenAPIHono, context: QueryContext): void {
  search(app, context)
  histogramRoute(app, context)
  facetsRoute(app, context)
  contextRoute(app)
}

function search(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs',
    summary: 'search lines',
    request: {
      query: z.object({
        ...rangeParameters,
        fields: fieldsParameter,
        limit: count(100, maxLines),
        direction: z.enum(['backward', 'forward']).default('backward'),
        cursor: z.string().optional().openapi({ description: 'next of the page before' }),
      }),
    },
    responses: { 200: json(pickedLogsAnswer, 'one page of lines'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const query = parseSearch(given.query)
    const range = parseRange(given, context.clock.nowMs())
    const after = given.cursor === undefined || given.cursor === '' ? undefined : decodeCursor(given.cursor)
    const { direction } = given
    const { lines } = limitsFor(c)
    const limit = Math.min(given.limit, lines)
    const names = namesOf(given.fields)
    const fields = names.length === 0 ? undefined : names
    const asked = { query, tenant: tenantOf(c), ...range, limit, direction, after, fields }
    const { logs, next, late, cost, isCut } = isFilterQuery(query)
      ? { ...(await searchLogs(readerOf(c), asked, c.req.raw.signal)), isCut: false }
      : await searchStaged(readerOf(c), asked, c.req.raw.signal)
    const shown = fields === undefined ? logs : logs.map(picker(fields))
    const warnings = [
      ...(given.limit > lines ? [`a page has at most ${lines} lines (query.limits.lines)`] : []),
      ...(isCut ? ['many lines were looked at: next goes on behind them'] : []),
    ]
    return c.json({ logs: shown, next, late, ...(await answer(cost, null, warnings)) }, 200)
  })
}

function histogramRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/histogram',
    summary: 'lines per step and level',
    request: {
      query: z.object({
        ...rangeParameters,
        step: z.string().optional().openapi({ example: '1m' }),
        timezone: z.string().max(100).default('UTC').openapi({
          description: 'whose clock steps are cut by, such as days; a name of the IANA database',
          example: 'Europe/Paris',
        }),
        by: z.string().max(1_000).default('level').openapi({
          description: 'field whose values are counted, of others than level the 8 commonest',
        }),
      }),
    },
    responses: { 200: json(histogramAnswer, 'every bucket of the range, empty ones too'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const query = parseSearch(given.query)
    const { startNs, endNs } = parseRange(given, context.clock.nowMs())
    const rangeMs = Number((endNs - startNs) / 1_000_000n)
    const stepMs = given.step === undefined ? niceStepMs(rangeMs) : parseStepMs(given.step)
    refuseTooManyPoints(rangeMs / stepMs, limitsFor(c))
    const clock = new ZoneClock(given.timezone)
    const countedMs = countedStepMs(stepMs, Number(startNs / 1_000_000n), Number(endNs / 1_000_000n), clock)
    const asked = { query, tenant: tenantOf(c), startNs, endNs, stepMs: countedMs }
    const key = `histogram ${tenantOf(c)} ${given.query} ${startNs} ${endNs} ${stepMs} ${given.timezone} ${given.by}`
    const made = await keptWhenClosed(context, key, endNs, async () => {
      const answer = beginAnswer(context)
      const { buckets, cost, rollup } = await histogramOf(readerOf(c), asked, given.by, c.req.raw.signal)
      const shown = countedMs === stepMs ? buckets : inZone(buckets, stepMs, clock)
      return { stepMs, buckets: shown, ...(await answer(cost, rollup)) }
    })
    return c.json(made, 200)
  })
}

/** Told apart by level from rollups where they may answer, and by any field; with other stages than filters line by line. */
function histogramOf(reader: StoreReader, asked: HistogramSearch, by: string, signal: AbortSignal) {
  if (!isFilterQuery(asked.query)) return stagedHistogram(reader, asked, by, signal)
  return by === 'level' ? histogram(reader, asked, signal) : histogramBy(reader, asked, by, signal)
}

/** Errors: TOO_MUCH. */
export function refuseTooManyPoints(points: number, { points: maxPoints }: { points: number }): void {
  if (points > maxPoints)
    throw new OperatingError(
      'TOO_MUCH',
      `${Math.ceil(points)} points are more than ${maxPoints}: take a longer step or a shorter range`,
    )
}

function facetsRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/facets',
    summary: 'the most frequent values of fields',
    request: {
      query: z.object({
        ...rangeParameters,
        fields: z.string().default('').openapi({ description: 'separated by commas; none: the usual ones' }),
        search: z.string().max(200).default('').openapi({
          description: 'only fields whose name has this; of named fields only values that have it',
        }),
        limit: z.coerce
          .number()
          .int()
          .min(1)
          .max(1_000)
          .default(20)
          .openapi({ description: 'values of a field' }),
        statistics: z
          .stringbool()
          .default(false)
          .openapi({ description: 'of fields that are numbers: extremes, mean, quantiles and distribution' }),
      }),
    },
    responses: { 200: json(facetsAnswer, 'fields with their values and counts'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const query = parseLogQuery(given.query)
    const fields = namesOf(given.fields).slice(0, 20)
    const asked = {
      query,
      tenant: tenantOf(c),
      ...parseRange(given, context.clock.nowMs()),
      fields,
      search: given.search,
      limit: given.limit,
      hasStatistics: given.statistics,
    }
    const found = await facets(readerOf(c), asked, c.req.raw.signal)
    return c.json({ facets: found.facets, ...(await answer(found.cost)) }, 200)
  })
}

function contextRoute(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/context',
    summary: 'the lines around one, out of the same source',
    request: { query: z.object({ id: z.string(), before: count(10, 500), after: count(10, 500) }) },
    responses: { 200: json(contextAnswer, 'oldest first'), ...problems },
  })
  app.openapi(route, async c => {
    const { id, before, after } = c.req.valid('query')
    const position = parsePosition(id)
    const found = await logContext(readerOf(c), tenantOf(c), position, { before, after }, c.req.raw.signal)
    if (found.line === undefined) throw new OperatingError('NOT_FOUND', `there is no line ${id}`)
    return c.json({ before: found.before, line: found.line, after: found.after }, 200)
  })
}
