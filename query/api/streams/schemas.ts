import { z } from '@hono/zod-openapi'
import {
  type AclOperation,
  type AclPatternType,
  type AclPermission,
  type AclResourceType,
  aclOperations,
  aclPatternTypes,
  aclPermissions,
  aclResourceTypes,
} from '../../../lib/kafka/admin/index.ts'

// Answers about topics, groups and who may do what. Offsets are numbers, times Unix milliseconds, as Kafka has them.

const place = { topic: z.string(), partition: z.int() }

export const topicsAnswer = z
  .object({
    writable: z.boolean().openapi({ description: 'whether anything may be changed (query.streams: write)' }),
    cluster: z.object({ clusterId: z.string(), brokers: z.int() }),
    topics: z.array(
      z.object({
        name: z.string(),
        isInternal: z.boolean(),
        partitions: z.int(),
        replicationFactor: z.int(),
        records: z.number(),
        bytes: z.number().nullable(),
        endOffsets: z
          .number()
          .openapi({ description: 'of all partitions together: grows with what comes in' }),
        underReplicated: z
          .int()
          .openapi({ description: 'partitions with fewer replicas in sync than they have' }),
      }),
    ),
  })
  .openapi('StreamTopics')

const configEntry = z.object({
  name: z.string(),
  value: z.string().nullable(),
  source: z.string(),
  isDefault: z.boolean(),
  readOnly: z.boolean(),
  isSensitive: z.boolean(),
  type: z.string(),
  documentation: z.string().nullable(),
})

export const topicAnswer = z
  .object({
    writable: z.boolean(),
    name: z.string(),
    topicId: z.string(),
    isInternal: z.boolean(),
    partitions: z.array(
      z.object({
        partition: z.int(),
        leader: z.int(),
        replicas: z.array(z.int()),
        inSyncReplicas: z.array(z.int()),
        startOffset: z.number(),
        endOffset: z.number(),
        bytes: z.number().nullable(),
      }),
    ),
    configs: z.array(configEntry),
  })
  .openapi('StreamTopic')

const decoded = z.object({
  format: z.enum(['otlp', 'json', 'text', 'hex', 'null', 'avro', 'protobuf', 'json-schema']),
  value: z.unknown().openapi({ description: 'text, or a value of JSON' }),
  bytes: z.int().openapi({ description: 'as it lies in the topic' }),
  cut: z.boolean().openapi({
    description:
      'true where only its beginning is here: of many records together it is short, of one alone (from=offset:N, partition and limit=1) as long as can be shown',
  }),
  schema: z
    .object({ id: z.int(), type: z.enum(['avro', 'protobuf', 'json-schema']), name: z.string() })
    .nullable()
    .openapi({ description: 'of the registry, by which it was read' }),
  why: z.string().nullable().openapi({ description: 'why it could not be read by its schema' }),
})

export const streamMessage = z
  .object({
    partition: z.int(),
    offset: z.number(),
    timestampMs: z.number(),
    key: decoded,
    value: decoded,
    headers: z.array(z.object({ key: z.string(), value: z.string() })),
  })
  .openapi('StreamMessage')

export const messagesAnswer = z
  .object({
    messages: z.array(streamMessage),
    scanned: z.number().openapi({ description: 'records that were looked at' }),
    complete: z.boolean().openapi({ description: 'false where it ended before all were looked at' }),
    next: z.string().nullable().openapi({ description: 'from of the page after this one; null at the end' }),
    before: z
      .string()
      .nullable()
      .openapi({ description: 'from of the page before this one, of the youngest; null at the beginning' }),
  })
  .openapi('StreamMessages')

export const groupsAnswer = z
  .object({
    writable: z.boolean(),
    groups: z.array(
      z.object({
        group: z.string(),
        type: z.enum(['classic', 'consumer', 'share', 'streams']),
        state: z.string(),
        members: z.int(),
        topics: z.array(z.string()),
        hasCommitted: z.boolean().openapi({ description: 'where not, how far it is behind is not known' }),
        lagRecords: z.number(),
        lagSeconds: z.number().openapi({ description: 'age of the oldest record not yet read' }),
      }),
    ),
  })
  .openapi('StreamGroups')

const subtopologies = z.array(z.object({ subtopology: z.string(), partitions: z.array(z.int()) }))

export const groupAnswer = z
  .object({
    writable: z.boolean(),
    group: z.string(),
    type: z.enum(['classic', 'consumer', 'share', 'streams']),
    state: z.string(),
    assignor: z.string(),
    members: z.array(
      z.object({
        memberId: z.string(),
        instanceId: z.string().nullable(),
        clientId: z.string(),
        host: z.string(),
        assignments: z.array(z.object({ topic: z.string(), partitions: z.array(z.int()) })),
        tasks: z
          .object({ active: subtopologies, standby: subtopologies, warmup: subtopologies })
          .optional()
          .openapi({ description: 'of streams groups: at work, kept ready, and on their way to it' }),
      }),
    ),
    partitions: z.array(
      z.object({
        ...place,
        committed: z.number().nullable(),
        startOffset: z.number(),
        endOffset: z.number(),
        lagRecords: z.number(),
        lagSeconds: z.number(),
        members: z.array(z.string()),
      }),
    ),
  })
  .openapi('StreamGroup')

const topicLag = z.object({ topic: z.string(), lagRecords: z.number(), lagSeconds: z.number() })

export const lagAnswer = z
  .object({
    sampleMs: z.int().openapi({ description: 'between two samples' }),
    samples: z.array(z.object({ atMs: z.number(), topics: z.array(topicLag) })),
  })
  .openapi('StreamGroupLag')

export const resetInput = z.object({
  topics: z.array(z.string()).optional(),
  to: z.discriminatedUnion('to', [
    z.object({ to: z.enum(['earliest', 'latest', 'current']) }),
    z.object({ to: z.literal('offset'), offset: z.int().min(0) }),
    z.object({ to: z.literal('datetime'), timestampMs: z.int().min(0) }),
    z.object({ to: z.literal('shift-by'), records: z.int() }),
  ]),
  apply: z.boolean().default(false).openapi({ description: 'false: say only what it would do' }),
})

export const resetAnswer = z
  .object({
    applied: z.boolean(),
    rows: z.array(z.object({ ...place, current: z.number().nullable(), next: z.number() })),
  })
  .openapi('StreamGroupReset')

export const transactionsAnswer = z
  .object({
    transactions: z.array(
      z.object({
        transactionalId: z.string(),
        state: z.string(),
        producerId: z.string(),
        timeoutMs: z.number(),
        openMs: z.number().nullable().openapi({ description: 'since when it is open; null where none is' }),
        overdue: z.boolean().openapi({ description: 'open for longer than its own timeout: it hangs' }),
        partitions: z.array(z.object(place)),
      }),
    ),
  })
  .openapi('StreamTransactions')

export const acl = z.object({
  resourceType: z.enum(Object.keys(aclResourceTypes) as [AclResourceType, ...AclResourceType[]]),
  resourceName: z.string().min(1),
  patternType: z.enum(Object.keys(aclPatternTypes) as [AclPatternType, ...AclPatternType[]]),
  principal: z.string().min(1),
  host: z.string().default('*'),
  operation: z.enum(Object.keys(aclOperations) as [AclOperation, ...AclOperation[]]),
  permission: z.enum(Object.keys(aclPermissions) as [AclPermission, ...AclPermission[]]),
})

export const securityAnswer = z
  .object({
    writable: z.boolean(),
    acls: z
      .array(acl)
      .nullable()
      .openapi({ description: 'null where the broker lets everyone do everything' }),
    users: z.array(
      z.object({
        name: z.string(),
        mechanisms: z.array(z.object({ mechanism: z.string(), iterations: z.int() })),
      }),
    ),
    quotas: z.array(
      z.object({
        entity: z.record(z.string(), z.string().nullable()),
        values: z.record(z.string(), z.number()),
      }),
    ),
    why: z.string().openapi({ description: 'why something of this is not shown' }),
  })
  .openapi('StreamSecurity')

const triedRecord = z.object({
  body: z.string(),
  time: z.string().optional(),
  level: z.string().optional(),
  service: z.string().optional(),
  host: z.string().optional(),
  topic: z.string().optional(),
  tenant: z.string().optional(),
  traceId: z.string().optional(),
  spanId: z.string().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  resource: z.record(z.string(), z.string()).optional(),
})

export const rulesPreviewAnswer = z
  .object({
    records: z.int().openapi({ description: 'lines looked at' }),
    kept: z.int(),
    unreadable: z.int().openapi({ description: 'records of the topic that hold no lines' }),
    bytesBefore: z.int(),
    bytesAfter: z.int(),
    complete: z.boolean().openapi({ description: 'whether all records since then were looked at' }),
    rules: z.array(
      z.object({
        name: z.string(),
        matched: z.int(),
        changed: z.int(),
        dropped: z.int(),
        bytesSaved: z.int(),
        cpuMs: z.number(),
        examples: z.array(
          z.object({
            before: triedRecord,
            after: triedRecord.optional().openapi({ description: 'none: it was dropped' }),
          }),
        ),
      }),
    ),
  })
  .openapi('RulesPreview')

export type StreamTopicsAnswer = z.infer<typeof topicsAnswer>
export type StreamTopicAnswer = z.infer<typeof topicAnswer>
export type StreamMessage = z.infer<typeof streamMessage>
export type StreamMessagesAnswer = z.infer<typeof messagesAnswer>
export type StreamGroupsAnswer = z.infer<typeof groupsAnswer>
export type StreamGroupAnswer = z.infer<typeof groupAnswer>
export type StreamLagAnswer = z.infer<typeof lagAnswer>
export type StreamResetAnswer = z.infer<typeof resetAnswer>
export type StreamTransactionsAnswer = z.infer<typeof transactionsAnswer>
export type StreamSecurityAnswer = z.infer<typeof securityAnswer>
export type RulesPreviewAnswer = z.infer<typeof rulesPreviewAnswer>
