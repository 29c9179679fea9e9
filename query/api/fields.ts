import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { parseLogQuery } from '../../lib/logql/index.ts'
import { readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { logFieldNames } from '../fields.ts'
import { beginAnswer } from './frame.ts'
import { parseRange, rangeParameters } from './parameters.ts'
import { json, problems } from './route.ts'
import { frame } from './schemas.ts'

export const fieldsAnswer = z
  .object({
    sampled: z.number().openapi({ description: 'lines that were looked at: the newest' }),
    fields: z.array(
      z.object({
        field: z.string(),
        lines: z.number().openapi({ description: 'of those that have it' }),
        values: z.number().openapi({ description: 'different ones, about' }),
      }),
    ),
    ...frame,
  })
  .openapi('Fields')

export type FieldsAnswer = z.infer<typeof fieldsAnswer>

/** `/api/logs/fields`: which fields there are, beside those that every line has. */
export function fieldRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/fields',
    summary: 'names of all fields of the lines that match',
    request: { query: z.object(rangeParameters) },
    responses: { 200: json(fieldsAnswer, 'the commonest first'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const range = parseRange(given, context.clock.nowMs())
    const asked = { query: parseLogQuery(given.query), tenant: tenantOf(c), ...range }
    const { fields, sampled, cost } = await logFieldNames(readerOf(c), asked, c.req.raw.signal)
    return c.json({ sampled, fields, ...(await answer(cost)) }, 200)
  })
}
