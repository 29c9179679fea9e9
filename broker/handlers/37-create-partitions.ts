import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type MutationBudget, overQuota } from '../quotas/mutation-quotas.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { internalTopics } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import { topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { budgetOf } from './mutation-budget.ts'
import { replicaProblem } from './topics.ts'

/*
 * CreatePartitions, versions 0 to 3: more partitions for a topic, never fewer (INVALID_PARTITIONS). An assignment must
 * name this broker once for each new one. `validateOnly` checks and makes nothing. Internal topics keep their number:
 * it decides where a group lives.
 */
type Request = RequestOf<typeof apis.createPartitions>
type Response = ResponseInput<typeof apis.createPartitions>
type TopicRequest = Request['topics'][number]
type TopicResult = Response['results'][number]

const maxPartitions = 10_000
/** From here on clients know to come again when they are over their quota (KIP-599). */
const strictFrom = 3

async function createPartitions(request: Request, context: RequestContext): Promise<Response> {
  const byName = Map.groupBy(request.topics, ({ name }) => name)
  const results: TopicResult[] = []
  const budget = budgetOf(context, strictFrom)
  for (const [name, [asked, ...more]] of byName)
    results.push(
      asked !== undefined && more.length === 0
        ? await grow(asked, request.validateOnly, budget, context)
        : { name, ...refuse('INVALID_REQUEST', 'Duplicate topic name.') },
    )
  return { throttleTimeMs: budget.throttleMs, results }
}

async function grow(
  asked: TopicRequest,
  validateOnly: boolean,
  budget: MutationBudget,
  context: RequestContext,
): Promise<TopicResult> {
  const { name, count } = asked
  const { topics, nodeId } = context.services
  const denied = topicRefusal(context, 'ALTER', name)
  if (denied !== undefined) return { name, ...denied }
  const topic = topics.get(name)
  if (topic === undefined)
    return { name, ...refuse('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`) }
  const refusal = countProblem(topic, count) ?? assignmentProblem(topic, asked, nodeId)
  if (refusal !== undefined) return { name, ...refusal }
  if (!budget.take(count - topic.partitionCount)) return { name, ...overQuota }
  if (validateOnly) return { name, errorCode: errorCodes.NONE, errorMessage: null }
  try {
    // another request may have come first: the number never goes down
    await topics.alter(topic, record => ({ partitions: Math.max(record.partitions, count) }))
    return { name, errorCode: errorCodes.NONE, errorMessage: null }
  } catch (error) {
    return { name, ...refuse('KAFKA_STORAGE_ERROR', messageOf(error)) }
  }
}

function countProblem(topic: Topic, count: number): Refusal | undefined {
  const { name, partitionCount } = topic
  if (internalTopics.has(name))
    return refuse('INVALID_REQUEST', `The number of partitions of the internal topic '${name}' is fixed.`)
  if (count === partitionCount)
    return refuse('INVALID_PARTITIONS', `Topic already has ${count} partition(s).`)
  if (count < partitionCount) {
    const message = `The topic ${name} currently has ${partitionCount} partition(s); ${count} would not be an increase.`
    return refuse('INVALID_PARTITIONS', message)
  }
  if (count > maxPartitions)
    return refuse('INVALID_PARTITIONS', `A topic has at most ${maxPartitions} partitions.`)
  return undefined
}

function assignmentProblem(topic: Topic, asked: TopicRequest, nodeId: number): Refusal | undefined {
  const { count, assignments } = asked
  if (assignments === null) return undefined
  const added = count - topic.partitionCount
  if (assignments.length !== added) {
    const message = `Attempted to add ${added} additional partition(s), but ${assignments.length} assignment(s) were specified.`
    return refuse('INVALID_REPLICA_ASSIGNMENT', message)
  }
  const message = assignments.map(({ brokerIds }) => replicaProblem(brokerIds, nodeId)).find(Boolean)
  return message === undefined ? undefined : refuse('INVALID_REPLICA_ASSIGNMENT', message)
}

export const handleCreatePartitions = handler(apis.createPartitions, createPartitions)
