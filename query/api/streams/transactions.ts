import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { isOverdue, listTransactions } from '../../../lib/kafka/admin/index.ts'
import type { QueryContext } from '../../context.ts'
import { json, problems } from '../route.ts'
import { transactionsAnswer } from './schemas.ts'

export function transactionRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/transactions',
    summary: 'transactional producers and what they have open',
    responses: { 200: json(transactionsAnswer, 'those open longest first'), ...problems },
  })
  app.openapi(route, async c => {
    const nowMs = context.clock.nowMs()
    const found = await listTransactions(context.kafka)
    const transactions = found
      .map(transaction => ({
        transactionalId: transaction.transactionalId,
        state: transaction.state,
        producerId: String(transaction.producerId),
        timeoutMs: transaction.timeoutMs,
        openMs: transaction.startedMs === undefined ? null : Math.max(0, nowMs - transaction.startedMs),
        overdue: isOverdue(transaction, nowMs),
        partitions: transaction.partitions,
      }))
      .sort((a, b) => (b.openMs ?? -1) - (a.openMs ?? -1))
    return c.json({ transactions }, 200)
  })
}
