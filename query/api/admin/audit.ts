import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readAudit } from '../../access/read-audit.ts'
import type { QueryContext } from '../../context.ts'
import { count } from '../parameters.ts'
import { json, problems } from '../route.ts'
import { auditAnswer } from './schemas.ts'

export function auditRoutes(app: OpenAPIHono, { access, config }: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/admin/audit',
    summary: 'who asked what, and what came of it',
    request: {
      query: z.object({
        limit: count(200, 2_000),
        text: z.string().max(500).default('').openapi({ description: 'only entries with this text' }),
      }),
    },
    responses: { 200: json(auditAnswer, 'the newest first'), ...problems },
  })
  app.openapi(route, async c => {
    const { limit, text } = c.req.valid('query')
    const entries = await readAudit(config.dataDir, limit, text)
    return c.json({ audited: access.audit !== undefined, entries }, 200)
  })
}
