import { errorCodes } from '../../lib/kafka/index.ts'
import { type Operation, operations, type ResourceType } from '../access/acl.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { Topic } from '../topics/topic.ts'
import type { RequestContext } from './handler.ts'

/** Kafka's code for what may not be done to a resource of a type. */
const codes: Partial<Record<ResourceType, number>> = {
  TOPIC: errorCodes.TOPIC_AUTHORIZATION_FAILED,
  GROUP: errorCodes.GROUP_AUTHORIZATION_FAILED,
  CLUSTER: errorCodes.CLUSTER_AUTHORIZATION_FAILED,
  TRANSACTIONAL_ID: errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}

/** 0 where the client may do this to the resource, else Kafka's code. */
export function accessProblem(
  context: RequestContext,
  operation: Operation,
  type: ResourceType,
  name?: string,
): number {
  return context.may(operation, type, name)
    ? errorCodes.NONE
    : (codes[type] ?? errorCodes.UNKNOWN_SERVER_ERROR)
}

/** The same for a topic that a request names by name or by id; what is not there has no name to be denied by. */
export function topicProblem(
  context: RequestContext,
  operation: Operation,
  topic: Topic | undefined,
  name: string,
): number {
  const known = topic?.name ?? name
  return known === '' ? errorCodes.NONE : accessProblem(context, operation, 'TOPIC', known)
}

/** The same for the cluster, as a refusal. */
export function clusterRefusal(context: RequestContext, operation: Operation): Refusal | undefined {
  return context.may(operation, 'CLUSTER')
    ? undefined
    : refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
}

export function groupRefusal(
  context: RequestContext,
  operation: Operation,
  name: string,
): Refusal | undefined {
  return context.may(operation, 'GROUP', name)
    ? undefined
    : refuse('GROUP_AUTHORIZATION_FAILED', 'Group authorization failed.')
}

export function topicRefusal(
  context: RequestContext,
  operation: Operation,
  name: string,
): Refusal | undefined {
  return context.may(operation, 'TOPIC', name)
    ? undefined
    : refuse('TOPIC_AUTHORIZATION_FAILED', 'Topic authorization failed.')
}

/** The first of the topics that the client may not do this to. */
export function topicsRefusal(
  context: RequestContext,
  operation: Operation,
  names: readonly string[] | null,
): Refusal | undefined {
  const denied = (names ?? []).find(name => !context.may(operation, 'TOPIC', name))
  return denied === undefined ? undefined : topicRefusal(context, operation, denied)
}

/** What can be done to each kind of resource (KIP-430, AclEntry.supportedOperations). */
const operationsOf = {
  TOPIC: ['READ', 'WRITE', 'CREATE', 'DESCRIBE', 'DELETE', 'ALTER', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  GROUP: ['READ', 'DESCRIBE', 'DELETE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
  CLUSTER: [
    'CREATE',
    'CLUSTER_ACTION',
    'DESCRIBE_CONFIGS',
    'ALTER_CONFIGS',
    'IDEMPOTENT_WRITE',
    'ALTER',
    'DESCRIBE',
  ],
} as const

/** What the client may do to a resource, a bit per operation, where it asked for that; else Kafka's "not asked". */
export function authorizedOperations(
  context: RequestContext,
  isAsked: boolean,
  type: keyof typeof operationsOf,
  name?: string,
): number {
  if (!isAsked) return -0x8000_0000
  let bits = 0
  for (const operation of operationsOf[type])
    if (context.may(operation, type, name)) bits |= 1 << operations[operation]
  return bits
}
