import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { messageOf } from '../../lib/base/index.ts'
import { isFilterQuery, type LogQuery, parseSearch, predicateOfFields } from '../../lib/logql/index.ts'
import { readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { backfill } from '../tail/backfill.ts'
import { parsePositions } from '../tail/positions.ts'
import { SseSink } from '../tail/sse-sink.ts'
import { followTail, type TailQuestion } from '../tail/stream.ts'
import { parseTime } from '../time.ts'
import { count, rangeParameters } from './parameters.ts'
import { problems } from './route.ts'

const maxBackfill = 1_000

/** `/api/logs/tail`: lines as they come in, from the broker. */
export function tailRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/logs/tail',
    summary: 'follow lines as they come in, from the broker',
    request: {
      query: z.object({
        query: rangeParameters.query,
        backfill: count(0, maxBackfill).openapi({
          description: 'begin with so many of the last lines, so that a quiet service shows something',
        }),
        since: z
          .string()
          .default('now-24h')
          .openapi({ description: 'how far back those lines are looked for' }),
        lastEventId: z
          .string()
          .max(100_000)
          .optional()
          .openapi({ description: 'id of the last event that was seen: nothing since then is left out' }),
      }),
      headers: z.object({
        'last-event-id': z
          .string()
          .max(100_000)
          .optional()
          .openapi({ description: 'the same, as browsers send it when they connect again' }),
      }),
    },
    responses: {
      200: {
        description:
          'server-sent events: log (a line), dropped ({ count }), heartbeat; the id of each says where it leaves off',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...problems,
    },
  })
  app.openapi(route, async c => {
    const given = c.req.valid('query')
    const query = parseSearch(given.query)
    const question = {
      tenant: tenantOf(c),
      matches: predicateOfFields(query),
      ...(await beginning(c, context, query, {
        ...given,
        lastEventId: given.lastEventId ?? c.req.valid('header')['last-event-id'] ?? '',
      })),
    }
    const streamer = await followTail(context.tail, question)
    c.header('X-Accel-Buffering', 'no')
    const onError = (error: unknown) => {
      context.logger.debug('tail ended', { error: messageOf(error) })
      return Promise.resolve()
    }
    return streamSSE(c, stream => streamer(new SseSink(stream)), onError)
  })
}

/** Where a tail begins: where it left off, with the last lines of the store, or now. */
async function beginning(
  c: Context,
  context: QueryContext,
  query: LogQuery,
  given: { lastEventId: string; backfill: number; since: string },
): Promise<Pick<TailQuestion, 'before' | 'from'>> {
  if (given.lastEventId !== '') return { from: parsePositions(given.lastEventId) }
  if (given.backfill === 0) return {}
  const nowMs = context.clock.nowMs()
  const search = {
    query,
    tenant: tenantOf(c),
    startNs: parseTime(given.since, nowMs),
    endNs: parseTime('now+1h', nowMs),
    limit: given.backfill,
  }
  const found = await backfill(context, readerOf(c), search, c.req.raw.signal)
  // what the store cannot test is tested here
  return isFilterQuery(query)
    ? found
    : { ...found, before: found.before?.filter(predicateOfFields(query)) ?? [] }
}
