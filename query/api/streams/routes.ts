import type { OpenAPIHono } from '@hono/zod-openapi'
import { OperatingError } from '../../../lib/base/index.ts'
import type { QueryContext } from '../../context.ts'
import { groupRoutes } from './groups.ts'
import { messageRoutes } from './messages.ts'
import { rulesPreviewRoutes } from './rules-preview.ts'
import { securityRoutes } from './security.ts'
import { topicRoutes } from './topics.ts'
import { transactionRoutes } from './transactions.ts'

/** `/api/streams`: what lies in the topics and who reads it. For whoever may see the installation; changes only where they are allowed. */
export function streamsRoutes(app: OpenAPIHono, context: QueryContext): void {
  app.use('/api/streams/*', async (_, next) => {
    if (context.config.query.streams === 'off')
      throw new OperatingError('NOT_FOUND', 'topics and groups are not shown here: query.streams is off')
    await next()
  })
  topicRoutes(app, context)
  messageRoutes(app, context)
  groupRoutes(app, context)
  transactionRoutes(app, context)
  securityRoutes(app, context)
  rulesPreviewRoutes(app, context)
}
