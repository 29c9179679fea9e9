import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type LogQuery, parseLogQuery } from '../../lib/logql/index.ts'
import { limitsFor, readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { ExplainingReader } from '../explaining-reader.ts'
import { facets } from '../facets.ts'
import { histogram } from '../histogram.ts'
import { searchLogs } from '../logs.ts'
import { logPatterns } from '../patterns/patterns.ts'
import type { SqlParams, StoreReader } from '../store-reader.ts'
import { niceStepMs, parseStepMs } from '../time.ts'
import { beginAnswer } from './frame.ts'
import { refuseTooManyPoints } from './logs.ts'
import { parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { frame } from './schemas.ts'

export const explainAnswer = z
  .object({
    of: z.enum(['search', 'histogram', 'facets', 'patterns']),
    statements: z.array(
      z.object({
        sql: z.string().openapi({ description: 'nothing of the query stands in it but as {name:Type}' }),
        parameters: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        tables: z.array(z.string()),
        rollup: z.string().nullable(),
        indexes: z.array(
          z.object({
            table: z.string(),
            type: z.string(),
            name: z.string(),
            keys: z.array(z.string()),
            condition: z.string(),
            parts: z.string().openapi({ description: 'left of all, as in 2/7' }),
            granules: z.string(),
          }),
        ),
        estimate: z.object({ rows: z.number(), parts: z.number(), marks: z.number() }),
      }),
    ),
    ...frame,
  })
  .openapi('Explanation')

export type ExplainAnswer = z.infer<typeof explainAnswer>

interface Asked {
  query: LogQuery
  tenant: string
  startNs: bigint
  endNs: bigint
  stepMs: number
}

/** What can be explained: each puts its questions to a reader that only has them explained. */
const questions = {
  search: (reader, asked, signal) =>
    searchLogs(reader, { ...asked, limit: 100, direction: 'backward', after: undefined }, signal),
  histogram: (reader, asked, signal) => histogram(reader, asked, signal),
  facets: (reader, asked, signal) =>
    facets(reader, { ...asked, fields: [], search: '', limit: 20, hasStatistics: false }, signal),
  patterns: (reader, asked, signal) => logPatterns(reader, { ...asked, limit: 100 }, signal),
} as const satisfies Readonly<
  Record<string, (reader: StoreReader, asked: Asked, signal: AbortSignal) => Promise<unknown>>
>

/** `/api/explain`: how the store would be asked, and how it would go about it; nothing is answered. */
export function explainRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/explain',
    summary: 'the SQL of a query, with rollups, indexes and what would be read',
    request: {
      query: z.object({
        ...rangeParameters,
        of: z.enum(['search', 'histogram', 'facets', 'patterns']).default('search'),
        step: z.string().optional().openapi({ example: '1m' }),
      }),
    },
    responses: { 200: json(explainAnswer, 'one statement for each question to the store'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const { startNs, endNs } = parseRange(given, context.clock.nowMs())
    const rangeMs = Number((endNs - startNs) / 1_000_000n)
    const stepMs = given.step === undefined ? niceStepMs(rangeMs) : parseStepMs(given.step)
    // the histogram has a bucket for each step, and makes them all
    if (given.of === 'histogram') refuseTooManyPoints(rangeMs / stepMs, limitsFor(c))
    const asked = { query: parseLogQuery(given.query), tenant: tenantOf(c), startNs, endNs, stepMs }
    const reader = new ExplainingReader(readerOf(c))
    await questions[given.of](reader, asked, c.req.raw.signal)
    const statements = reader.explained.map(({ parameters, tables, ...rest }) => ({
      ...rest,
      tables,
      parameters: shown(parameters),
      rollup: tables.find(table => table.includes('_rollup_')) ?? null,
    }))
    return c.json({ of: given.of, statements, ...(await answer({ rows: 0, bytes: 0 })) }, 200)
  })
}

/** As text: times in nanosecondsText are no numbers of JSON. */
function shown(parameters: SqlParams): Record<string, string | string[]> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(String) : String(value),
  ])
  return Object.fromEntries(entries) as Record<string, string | string[]>
}
