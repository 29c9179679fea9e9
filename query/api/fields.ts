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
    more: z.boolean().openapi({ description: 'there are others: ask for them by a part of their names' }),
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
    request: {
      query: z.object({
        ...rangeParameters,
        search: z
          .string()
          .max(200)
          .default('')
          .openapi({ description: 'a part of the name, in whatever case' }),
      }),
    },
    responses: { 200: json(fieldsAnswer, 'the commonest first'), ...problems },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const answer = beginAnswer(context)
    const range = parseRange(given, context.clock.nowMs())
    const query = parseLogQuery(given.query)
    const asked = { query, tenant: tenantOf(c), ...range, sought: given.search }
    const { fields, more, sampled, cost } = await logFieldNames(readerOf(c), asked, c.req.raw.signal)
    return c.json({ sampled, fields, more, ...(await answer(cost)) }, 200)
  })
}
