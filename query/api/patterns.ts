import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { parseLogQuery } from '../../lib/logql/index.ts'
import { limitsFor, readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { logPatterns } from '../patterns/patterns.ts'
import { niceStepMs, parseStepMs } from '../time.ts'
import { beginAnswer, nanoseconds } from './frame.ts'
import { refuseTooManyPoints } from './logs.ts'
import { count, parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { patternsAnswer } from './schemas.ts'

const maxPatterns = 1000

/** `/api/logs/patterns`: what the lines say, with masks where they differ. */
export function patternRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/patterns',
    summary: 'templates of the lines, the commonest first',
    request: {
      query: z.object({
        ...rangeParameters,
        limit: count(100, maxPatterns),
        step: z.string().optional().openapi({ example: '1m' }),
      }),
    },
    responses: { 200: json(patternsAnswer, 'templates with their lines over time'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const query = parseLogQuery(given.query)
    const { startNs, endNs } = parseRange(given, context.clock.nowMs())
    const rangeMs = Number((endNs - startNs) / 1_000_000n)
    const stepMs = given.step === undefined ? niceStepMs(rangeMs) : parseStepMs(given.step)
    refuseTooManyPoints(rangeMs / stepMs, limitsFor(c))
    const asked = { query, tenant: tenantOf(c), startNs, endNs, stepMs, limit: given.limit }
    const { patterns, cost, rollup, isCut } = await logPatterns(readerOf(c), asked, c.req.raw.signal)
    const warnings = isCut ? ['there are more templates: only the commonest were looked at'] : []
    const shown = patterns.map(({ template, count: lines, samples }) => ({
      template,
      count: lines,
      samples: [...samples].map(([ms, n]) => ({ start: nanoseconds(ms), count: n })),
    }))
    return c.json({ stepMs, patterns: shown, ...(await answer(cost, rollup, warnings)) }, 200)
  })
}
