import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { parseLogQuery } from '../../lib/logql/index.ts'
import { readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { compareLogs, type Side } from '../logs-compare.ts'
import { beginAnswer } from './frame.ts'
import { count, parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { frame, nanosecondsText } from './schemas.ts'

const share = z.object({
  count: z.number().openapi({ description: 'lines; estimated where not all were looked at' }),
  share: z.number(),
})
const difference = { selection: share, baseline: share, difference: z.number() }
const comparedSide = z.object({
  query: z.string(),
  start: nanosecondsText,
  end: nanosecondsText,
  lines: z.number(),
  sampled: z.number().openapi({ description: 'lines that were looked at' }),
})

export const compareAnswer = z
  .object({
    measure: z.string().openapi({ description: 'what the order goes by' }),
    selection: comparedSide,
    baseline: comparedSide,
    fields: z.array(
      z.object({
        field: z.string(),
        score: z.number(),
        values: z.array(z.object({ value: z.string(), ...difference })),
      }),
    ),
    patterns: z.array(z.object({ template: z.string(), ...difference })),
    ...frame,
  })
  .openapi('Comparison')

export type CompareAnswer = z.infer<typeof compareAnswer>

const measure =
  'difference of the shares of lines; score of a field: total variation distance of its values, 0 alike to 1 nothing in common; fields by what chance does not explain of it'

/** `/api/logs/compare`: what tells lines from others. */
export function compareRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/compare',
    summary: 'which fields and templates differ between a selection and its baseline',
    request: {
      query: z.object({
        ...rangeParameters,
        baselineQuery: z
          .string()
          .max(20_000)
          .optional()
          .openapi({ description: 'what to compare with; none: the same query over the time before' }),
        baselineStart: z.string().optional(),
        baselineEnd: z.string().optional(),
        limit: count(20, 100).openapi({ description: 'fields, and templates, at most' }),
      }),
    },
    responses: { 200: json(compareAnswer, 'what differs most first'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const nowMs = context.clock.nowMs()
    const selection = { query: parseLogQuery(given.query), ...parseRange(given, nowMs) }
    const baseline = baselineOf(given, selection, nowMs)
    const asked = { tenant: tenantOf(c), selection, baseline, limit: given.limit }
    const { lines, fields, patterns, cost } = await compareLogs(readerOf(c), asked, c.req.raw.signal)
    const sides = {
      selection: sideOf(given.query, selection, lines.selection),
      baseline: sideOf(given.baselineQuery ?? given.query, baseline, lines.baseline),
    }
    const templates = patterns.map(({ value: template, ...difference }) => ({ template, ...difference }))
    return c.json({ measure, ...sides, fields, patterns: templates, ...(await answer(cost)) }, 200)
  })
}

/** Other lines of the same time where only a query is given; the time just before where nothing is. */
function baselineOf(
  given: {
    baselineQuery?: string | undefined
    baselineStart?: string | undefined
    baselineEnd?: string | undefined
  },
  selection: Side,
  nowMs: number,
): Side {
  const { baselineQuery, baselineStart, baselineEnd } = given
  const query = baselineQuery === undefined ? selection.query : parseLogQuery(baselineQuery)
  const { startNs, endNs } = selection
  if (baselineStart !== undefined || baselineEnd !== undefined) {
    const start = baselineStart ?? String(startNs)
    return { query, ...parseRange({ start, end: baselineEnd ?? String(endNs) }, nowMs) }
  }
  if (baselineQuery !== undefined) return { query, startNs, endNs }
  const before = startNs - (endNs - startNs)
  return { query, startNs: before < 0n ? 0n : before, endNs: startNs }
}

function sideOf(query: string, { startNs, endNs }: Side, lines: { lines: number; sampled: number }) {
  return { query, start: String(startNs), end: String(endNs), ...lines }
}
