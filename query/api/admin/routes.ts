import type { OpenAPIHono } from '@hono/zod-openapi'
import type { QueryContext } from '../../context.ts'
import { auditRoutes } from './audit.ts'
import { storageRoutes } from './storage.ts'
import { tokenRoutes } from './tokens.ts'

/** `/api/admin`: for whoever keeps the installation running. */
export function adminRoutes(app: OpenAPIHono, context: QueryContext): void {
  storageRoutes(app, context)
  tokenRoutes(app, context)
  auditRoutes(app, context)
}
