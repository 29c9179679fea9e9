import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { limitsFor, readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { metricNames, queryMetrics } from '../metrics.ts'
import { niceStepMs, parseStepMs } from '../time.ts'
import { beginAnswer, keptWhenClosed, nanoseconds } from './frame.ts'
import { refuseTooManyPoints } from './logs.ts'
import { parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { metricNamesAnswer, metricsAnswer } from './schemas.ts'

/** `/api/metrics`: PromQL over a range, and the names to ask for. */
export function metricRoutes(app: OpenAPIHono, context: QueryContext): void {
  queryRoute(app, context)
  namesRoute(app)
}

function queryRoute(app: OpenAPIHono, context: QueryContext): void {
  const { start, end } = rangeParameters
  const query = z
    .string()
    .max(20_000)
    .openapi({ description: 'PromQL', example: 'rate(system_cpu_time_seconds_total[5m])' })
  const route = createRoute({
    method: 'get',
    path: '/api/metrics/query',
    summary: 'PromQL at each step of a range',
    request: {
      query: z.object({ query, start, end, step: z.string().optional().openapi({ example: '15s' }) }),
    },
    responses: { 200: json(metricsAnswer, 'a value per step for each series'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const { startNs, endNs } = parseRange(given, context.clock.nowMs())
    const [startMs, endMs] = [Number(startNs / 1_000_000n), Number(endNs / 1_000_000n)]
    const stepMs = given.step === undefined ? niceStepMs(endMs - startMs, 200) : parseStepMs(given.step)
    const count = Math.floor((endMs - startMs) / stepMs) + 1
    refuseTooManyPoints(count, limitsFor(c))
    const key = `metrics ${tenantOf(c)} ${given.query} ${startMs} ${endMs} ${stepMs}`
    const made = await keptWhenClosed(context, key, endNs, async () => {
      const answer = beginAnswer(context)
      const steps = { startMs, stepMs, count, endMs }
      const { series, cost, rollup, warnings, infos } = await queryMetrics(
        readerOf(c),
        tenantOf(c),
        given.query,
        steps,
        c.req.raw.signal,
      )
      return {
        stepMs,
        start: nanoseconds(startMs),
        series,
        ...(await answer(cost, rollup, [...warnings, ...infos])),
      }
    })
    return c.json(made, 200)
  })
}

function namesRoute(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'get',
    path: '/api/metrics/names',
    summary: 'the metrics there are',
    responses: { 200: json(metricNamesAnswer, 'names with type, unit and number of series'), ...problems },
  })
  app.openapi(route, async c => c.json(await metricNames(readerOf(c), tenantOf(c), c.req.raw.signal), 200))
}
