import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../lib/base/index.ts'
import { isAdmin, tenantOf } from '../access/asker.ts'
import type { RunningRequest } from '../access/running.ts'
import type { QueryContext } from '../context.ts'
import { nanoseconds } from './frame.ts'
import { json, problems } from './route.ts'
import { nanosecondsText } from './schemas.ts'

export const queriesAnswer = z
  .object({
    queries: z.array(
      z.object({
        id: z.string(),
        tenant: z.string(),
        token: z
          .string()
          .openapi({ description: 'name of the token that asks; empty where none is asked for' }),
        method: z.string(),
        path: z.string(),
        query: z.string(),
        started: nanosecondsText,
        elapsedMs: z.number(),
        rows: z.number().openapi({ description: 'read so far' }),
        bytes: z.number(),
        rowsToRead: z.number().openapi({ description: 'of those known by now' }),
        memoryBytes: z.number(),
      }),
    ),
  })
  .openapi('Queries')

export type QueriesAnswer = z.infer<typeof queriesAnswer>

/** `/api/queries`: what is being asked of the store, how far it is, and the way to end it. */
export function queryRoutes(app: OpenAPIHono, context: QueryContext): void {
  listRoute(app, context)
  endRoute(app, context)
}

function listRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/queries',
    summary: 'queries that run now, of the own tenant; of all tenants for an admin',
    responses: { 200: json(queriesAnswer, 'the oldest first'), ...problems },
  })
  app.openapi(route, async c => {
    const running = context.access.running.list(scopeOf(c))
    const progress = await progressOf(context, running, c.req.raw.signal)
    const nowMs = context.clock.nowMs()
    const queries = running.map(request => {
      const { startedMs, ...about } = request.about
      const read = request.queryIds.map(id => progress.get(id))
      return {
        ...about,
        started: nanoseconds(startedMs),
        elapsedMs: nowMs - startedMs,
        rows: request.cost.rows + sum(read.map(one => one?.rows)),
        bytes: request.cost.bytes + sum(read.map(one => one?.bytes)),
        rowsToRead: sum(read.map(one => one?.rowsToRead)),
        memoryBytes: sum(read.map(one => one?.memoryBytes)),
      }
    })
    return c.json({ queries }, 200)
  })
}

function endRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/queries/{id}',
    summary: 'end a query, in the store too',
    request: { params: z.object({ id: z.string().max(100) }) },
    responses: { 204: { description: 'it ends' }, ...problems },
  })
  app.openapi(route, c => {
    const { id } = c.req.valid('param')
    const by = c.get('asker').token?.name ?? 'a user of this machine'
    if (!context.access.running.end(id, scopeOf(c), by))
      throw new OperatingError('NOT_FOUND', `there is no running query ${id}: see /api/queries`)
    return c.body(null, 204)
  })
}

/** Undefined: all tenants. */
function scopeOf(c: Context): string | undefined {
  return isAdmin(c) ? undefined : tenantOf(c)
}

interface Progress {
  rows: number
  bytes: number
  rowsToRead: number
  memoryBytes: number
}

/** What the store says of its queries, by their ids; the embedded engine knows ids as comments only. */
async function progressOf(
  { reader }: QueryContext,
  running: readonly RunningRequest[],
  signal: AbortSignal,
): Promise<Map<string, Progress>> {
  const ids = running.flatMap(({ queryIds }) => queryIds)
  if (ids.length === 0) return new Map()
  const { rows } = await reader.rows<Progress & { id: string }>(
    `SELECT if(Settings['log_comment'] != '', Settings['log_comment'], query_id) AS id, read_rows AS rows, read_bytes AS bytes,
       total_rows_approx AS rowsToRead, greatest(memory_usage, 0) AS memoryBytes
     FROM system.processes WHERE id IN {ids:Array(String)}`,
    { ids },
    signal,
  )
  return new Map(rows.map(({ id, ...progress }) => [id, progress]))
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((all, value) => all + Number(value ?? 0), 0)
}
