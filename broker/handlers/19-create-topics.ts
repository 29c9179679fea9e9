import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type MutationBudget, overQuota } from '../quotas/mutation-quotas.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { BrokerConfigs } from '../topics/broker-configs.ts'
import { topicNameProblem } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import { topicConfigs } from '../topics/topic-config-definitions.ts'
import { topicConfigInForce, topicConfigsProblem } from '../topics/topic-configs.ts'
import { accessProblem, topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { budgetOf } from './mutation-budget.ts'
import { replicaProblem } from './topics.ts'

/*
 * CreateTopics, versions 2 to 7. One replica per partition; an explicit assignment must name this broker only. Known
 * configurations are checked, others refused (INVALID_CONFIG). `validateOnly` checks and makes nothing.
 */
type Request = RequestOf<typeof apis.createTopics>
type Response = ResponseInput<typeof apis.createTopics>
type TopicRequest = Request['topics'][number]
type TopicResponse = Response['topics'][number]

const maxPartitions = 10_000
const useDefault = -1
/** From here on clients know to come again when they are over their quota (KIP-599). */
const strictFrom = 6

async function createTopics(request: Request, context: RequestContext): Promise<Response> {
  const byName = Map.groupBy(request.topics, ({ name }) => name)
  const budget = budgetOf(context, strictFrom)
  const topics: TopicResponse[] = []
  for (const [name, [asked, ...more]] of byName) {
    if (asked === undefined) continue
    const refusal =
      more.length === 0
        ? (problemOf(asked, context) ?? quotaProblem(asked, budget, context))
        : refuse('INVALID_REQUEST', 'Duplicate topic name.')
    if (refusal !== undefined) topics.push({ name, ...refusal, configs: null })
    else topics.push(await create(asked, request.validateOnly, context))
  }
  return { throttleTimeMs: budget.throttleMs, topics }
}

function quotaProblem(asked: TopicRequest, budget: MutationBudget, context: RequestContext) {
  return budget.take(partitionsOf(asked, context)) ? undefined : overQuota
}

function partitionsOf({ assignments, numPartitions }: TopicRequest, { services }: RequestContext): number {
  const given = assignments.length > 0 ? assignments.length : numPartitions
  return given === useDefault ? services.config.broker.topicDefaults.partitions : given
}

function problemOf(asked: TopicRequest, context: RequestContext): Refusal | undefined {
  const { topics, nodeId, brokerConfigs } = context.services
  const denied = context.may('CREATE', 'CLUSTER') ? undefined : topicRefusal(context, 'CREATE', asked.name)
  if (denied !== undefined) return denied
  const nameProblem = topicNameProblem(asked.name)
  if (nameProblem !== undefined) return refuse('INVALID_TOPIC_EXCEPTION', nameProblem)
  if (topics.get(asked.name) !== undefined)
    return refuse('TOPIC_ALREADY_EXISTS', `Topic '${asked.name}' already exists.`)
  const other = topics.collidingWith(asked.name)
  if (other !== undefined)
    return refuse('INVALID_TOPIC_EXCEPTION', `Topic '${asked.name}' collides with existing topics: ${other}`)
  return placementProblem(asked, nodeId) ?? configProblem(asked, brokerConfigs)
}

function placementProblem(asked: TopicRequest, nodeId: number): Refusal | undefined {
  const { numPartitions, replicationFactor, assignments } = asked
  if (assignments.length > 0) return assignmentProblem(asked, nodeId)
  if (numPartitions !== useDefault && numPartitions < 1)
    return refuse('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.')
  if (numPartitions > maxPartitions)
    return refuse('INVALID_PARTITIONS', `A topic has at most ${maxPartitions} partitions.`)
  if (replicationFactor === useDefault || replicationFactor === 1) return undefined
  const message =
    replicationFactor < 1
      ? 'Replication factor must be larger than 0, or -1 to use the default value.'
      : `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ${replicationFactor} cannot be reached because only 1 broker(s) are registered.`
  return refuse('INVALID_REPLICATION_FACTOR', message)
}

function assignmentProblem(asked: TopicRequest, nodeId: number): Refusal | undefined {
  const given = 'A manual partition assignment was specified, but'
  if (asked.replicationFactor !== useDefault)
    return refuse('INVALID_REQUEST', `${given} replication factor was not set to -1.`)
  if (asked.numPartitions !== useDefault)
    return refuse('INVALID_REQUEST', `${given} numPartitions was not set to -1.`)
  const indexes = asked.assignments.map(a => a.partitionIndex).sort((a, b) => a - b)
  const message =
    indexes.length > maxPartitions
      ? `A topic has at most ${maxPartitions} partitions.`
      : (asked.assignments.map(({ brokerIds }) => replicaProblem(brokerIds, nodeId)).find(Boolean) ??
        (indexes.every((index, i) => index === i)
          ? undefined
          : 'partitions should be a consecutive 0-based integer sequence'))
  return message === undefined ? undefined : refuse('INVALID_REPLICA_ASSIGNMENT', message)
}

function configProblem(asked: TopicRequest, brokerConfigs: BrokerConfigs): Refusal | undefined {
  const unset = asked.configs.filter(({ value }) => value === null).map(({ name }) => name)
  const problem =
    unset.length > 0
      ? `Null value not supported for topic configs: ${unset.join(',')}`
      : topicConfigsProblem(ownConfigs(asked), brokerConfigs)
  return problem === undefined ? undefined : refuse('INVALID_CONFIG', problem)
}

function ownConfigs(asked: TopicRequest): Record<string, string> {
  const own: Record<string, string> = {}
  for (const { name, value } of asked.configs) if (value !== null) own[name] = value
  return own
}

async function create(
  asked: TopicRequest,
  validateOnly: boolean,
  context: RequestContext,
): Promise<TopicResponse> {
  const { topics, brokerConfigs } = context.services
  const partitions = partitionsOf(asked, context)
  const configs = ownConfigs(asked)
  let topic: Topic | undefined
  try {
    if (!validateOnly) topic = await topics.create(asked.name, partitions, configs)
  } catch (error) {
    return { name: asked.name, ...refuse('KAFKA_STORAGE_ERROR', messageOf(error)), configs: null }
  }
  const made = { name: asked.name, topicId: topic?.id, errorCode: errorCodes.NONE, errorMessage: null }
  // who may not see configurations is told no more than that it is done
  const denied = accessProblem(context, 'DESCRIBE_CONFIGS', 'TOPIC', asked.name)
  if (denied !== 0) return { ...made, topicConfigErrorCode: denied, configs: null }
  return {
    ...made,
    numPartitions: partitions,
    replicationFactor: 1,
    configs: topicConfigs.map(definition => {
      const { value, source: configSource } = topicConfigInForce(definition, configs, brokerConfigs)
      return { name: definition.name, value, readOnly: false, configSource, isSensitive: false }
    }),
  }
}

export const handleCreateTopics = handler(apis.createTopics, createTopics)
