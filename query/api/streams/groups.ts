import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  applyReset,
  deleteGroup,
  describeGroup,
  type GroupListing,
  groupLag,
  listGroups,
  planReset,
  summarizeGroup,
} from '../../../lib/kafka/admin/index.ts'
import type { QueryContext } from '../../context.ts'
import { sampleMs } from '../../lag/history.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { groupAnswer, groupsAnswer, lagAnswer, resetAnswer, resetInput } from './schemas.ts'
import { expectWritable, isWritable } from './writable.ts'

const groupId = z.object({ group: z.string().min(1).max(1_000) })
/** Of more groups only the names are told. */
const maxMeasured = 200

export function groupRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  one(app, context)
  lag(app, context)
  reset(app, context)
  remove(app, context)
}

function list(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/groups',
    summary: 'groups of all kinds with how far they are behind',
    responses: { 200: json(groupsAnswer, 'by name'), ...problems },
  })
  app.openapi(route, async c => {
    const listed = await listGroups(context.kafka)
    const groups = []
    // one after the other: the page asks every few seconds, and a broker has other work
    for (const [i, group] of listed.entries())
      groups.push(i < maxMeasured ? await measured(context, group) : unmeasured(group))
    return c.json({ writable: isWritable(context), groups }, 200)
  })
}

async function measured({ kafka, clock }: QueryContext, listing: GroupListing) {
  const { lag, ...summary } = await summarizeGroup(kafka, listing, clock.nowMs())
  return { ...summary, topics: [...new Set(lag.map(({ topic }) => topic))] }
}

function unmeasured({ group, type, state }: GroupListing) {
  return {
    group,
    type,
    state,
    members: 0,
    topics: [] as string[],
    hasCommitted: false,
    lagRecords: 0,
    lagSeconds: 0,
  }
}

function one(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/groups/{group}',
    summary: 'a group with its members and how far it is behind in each partition',
    request: { params: groupId },
    responses: { 200: json(groupAnswer, 'the group'), ...problems },
  })
  app.openapi(route, async c => {
    const description = await describeGroup(context.kafka, c.req.valid('param').group)
    const lags = await groupLag(context.kafka, description, context.clock.nowMs())
    const partitions = lags.map(lag => ({ ...lag, committed: lag.committed ?? null }))
    const { group, type, state, assignor, members } = description
    return c.json({ writable: isWritable(context), group, type, state, assignor, members, partitions }, 200)
  })
}

function lag(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/groups/{group}/lag',
    summary: 'how far a group was behind over the last hour, by topic',
    request: { params: groupId },
    responses: { 200: json(lagAnswer, 'in the order of time; since this role was started'), ...problems },
  })
  app.openapi(route, c => c.json({ sampleMs, samples: [...context.lag.of(c.req.valid('param').group)] }, 200))
}

function reset(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/streams/groups/{group}/reset',
    summary: 'where a group would go on, and, with apply, shall',
    request: {
      params: groupId,
      ...jsonBody(resetInput),
    },
    responses: { 200: json(resetAnswer, 'one row for each partition'), ...problems },
  })
  app.openapi(route, async c => {
    const { topics, to, apply } = c.req.valid('json')
    if (apply) expectWritable(context)
    const description = await describeGroup(context.kafka, c.req.valid('param').group)
    const plan = await planReset(context.kafka, description, { topics }, to)
    if (apply) await applyReset(context.kafka, description, plan)
    return c.json({ applied: apply, rows: plan.map(row => ({ ...row, current: row.current ?? null })) }, 200)
  })
}

function remove(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/streams/groups/{group}',
    summary: 'forget a group without members, and how far it had read',
    request: { params: groupId },
    responses: done,
  })
  app.openapi(route, async c => {
    expectWritable(context)
    await deleteGroup(context.kafka, c.req.valid('param').group)
    return c.body(null, 204)
  })
}
