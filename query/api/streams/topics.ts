import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  alterConfigs,
  createPartitions,
  createTopic,
  deleteTopic,
  describeCluster,
  describeConfigs,
  describeTopic,
  describeTopics,
  summaryOf,
  type TopicDescription,
} from '../../../lib/kafka/admin/index.ts'
import type { QueryContext } from '../../context.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { topicAnswer, topicsAnswer } from './schemas.ts'
import { expectWritable, isWritable } from './writable.ts'

export const topicName = z.object({ name: z.string().min(1).max(249) })

export function topicRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  one(app, context)
  create(app, context)
  alter(app, context)
  remove(app, context)
}

function list(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/topics',
    summary: 'topics with their sizes',
    responses: { 200: json(topicsAnswer, 'by name'), ...problems },
  })
  app.openapi(route, async c => {
    const [topics, cluster] = await Promise.all([
      describeTopics(context.kafka),
      describeCluster(context.kafka),
    ])
    const { clusterId, brokers } = cluster
    return c.json(
      {
        writable: isWritable(context),
        cluster: { clusterId, brokers: brokers.length },
        topics: topics.map(toSummary),
      },
      200,
    )
  })
}

function toSummary(topic: TopicDescription) {
  const { bytes = null, ...summary } = summaryOf(topic)
  return {
    ...summary,
    bytes,
    endOffsets: topic.partitions.reduce((sum, p) => sum + p.endOffset, 0),
    underReplicated: topic.partitions.filter(p => p.inSyncReplicas.length < p.replicas.length).length,
  }
}

function one(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/topics/{name}',
    summary: 'a topic with its partitions and its configuration',
    request: { params: topicName },
    responses: { 200: json(topicAnswer, 'the topic'), ...problems },
  })
  app.openapi(route, async c => {
    const { name } = c.req.valid('param')
    const topic = await describeTopic(context.kafka, name)
    const configs = await describeConfigs(context.kafka, 'topic', name)
    const partitions = topic.partitions.map(p => ({ ...p, bytes: p.bytes ?? null }))
    const shown = configs.map(({ below: _, ...config }) => config)
    return c.json({ ...topic, writable: isWritable(context), partitions, configs: shown }, 200)
  })
}

const newTopic = z.object({
  name: topicName.shape.name,
  partitions: z.int().min(1).max(10_000).optional(),
  replicationFactor: z.int().min(1).optional(),
  configs: z.record(z.string(), z.string()).default({}),
})

function create(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/streams/topics',
    summary: 'make a topic',
    request: jsonBody(newTopic),
    responses: done,
  })
  app.openapi(route, async c => {
    expectWritable(context)
    await createTopic(context.kafka, c.req.valid('json'))
    return c.body(null, 204)
  })
}

const topicChange = z.object({
  partitions: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .openapi({ description: 'so many from now on; never fewer' }),
  configs: z
    .record(z.string(), z.string().nullable())
    .default({})
    .openapi({ description: 'null goes back to the default' }),
  validateOnly: z
    .boolean()
    .default(false)
    .openapi({ description: 'true: only say whether it would be taken' }),
})

function alter(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'patch',
    path: '/api/streams/topics/{name}',
    summary: 'change the configuration of a topic, or add partitions',
    request: { params: topicName, ...jsonBody(topicChange) },
    responses: done,
  })
  app.openapi(route, async c => {
    expectWritable(context)
    const { name } = c.req.valid('param')
    const { partitions, configs, validateOnly } = c.req.valid('json')
    const changes = Object.entries(configs).map(([key, value]) => ({
      name: key,
      operation: value === null ? ('delete' as const) : ('set' as const),
      value,
    }))
    if (changes.length > 0) await alterConfigs(context.kafka, 'topic', name, changes, { validateOnly })
    if (partitions !== undefined) await createPartitions(context.kafka, name, partitions, { validateOnly })
    return c.body(null, 204)
  })
}

function remove(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/streams/topics/{name}',
    summary: 'delete a topic with all that is in it',
    request: { params: topicName },
    responses: done,
  })
  app.openapi(route, async c => {
    expectWritable(context)
    await deleteTopic(context.kafka, c.req.valid('param').name)
    return c.body(null, 204)
  })
}
