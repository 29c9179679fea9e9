import { codeOf, messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import { internalTopics, offsetsTopic, topicNameProblem, transactionsTopic } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import { authorizedOperations } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * Metadata, versions 0 to 13: this broker, and the topics asked for by name or (v10) by id; null asks for all, as an
 * empty list does in version 0. A topic that is not there is made where `broker.autoCreateTopics` and the client allow; as
 * in Kafka the answer does not know it yet, and clients ask again.
 * Topics that the client may not see are left out where it asked for all, else TOPIC_AUTHORIZATION_FAILED.
 */
type Request = RequestOf<typeof apis.metadata>
type Response = ResponseInput<typeof apis.metadata>
type TopicResponse = Response['topics'][number]

async function metadata(request: Request, context: RequestContext): Promise<Response> {
  const { services, advertised, header } = context
  const wantsAll = request.topics === null || (header.apiVersion === 0 && request.topics.length === 0)
  const topics = wantsAll
    ? [...services.topics.all()]
        .filter(({ name }) => isVisible(name, context))
        .map(topic => describe(topic, request, context))
    : await Promise.all((request.topics ?? []).map(asked => find(asked, request, context)))
  return {
    brokers: [
      { nodeId: services.nodeId, ...advertised, rack: services.brokerConfigs.value('broker.rack') || null },
    ],
    clusterId: services.clusterId,
    controllerId: services.nodeId,
    topics,
    clusterAuthorizedOperations: authorizedOperations(
      context,
      request.includeClusterAuthorizedOperations,
      'CLUSTER',
    ),
  }
}

function isVisible(name: string, context: RequestContext): boolean {
  return context.may('DESCRIBE', 'TOPIC', name)
}

async function find(
  asked: { topicId: string; name: string | null },
  request: Request,
  context: RequestContext,
): Promise<TopicResponse> {
  const { topics, config } = context.services
  if (asked.name === null || (asked.name === '' && asked.topicId !== zeroUuid)) {
    const topic = topics.getById(asked.topicId)
    if (topic === undefined) return unknown(null, asked.topicId, errorCodes.UNKNOWN_TOPIC_ID, context)
    if (isVisible(topic.name, context)) return describe(topic, request, context)
    return unknown(null, asked.topicId, errorCodes.TOPIC_AUTHORIZATION_FAILED, context)
  }
  if (!isVisible(asked.name, context))
    return unknown(asked.name, zeroUuid, errorCodes.TOPIC_AUTHORIZATION_FAILED, context)
  const topic = topics.get(asked.name)
  if (topic !== undefined) return describe(topic, request, context)
  if (topicNameProblem(asked.name) !== undefined)
    return unknown(asked.name, zeroUuid, errorCodes.INVALID_TOPIC_EXCEPTION, context)
  const mayCreate = config.broker.autoCreateTopics && request.allowAutoTopicCreation
  if (!mayCreate) return unknown(asked.name, zeroUuid, errorCodes.UNKNOWN_TOPIC_OR_PARTITION, context)
  const isAllowed = context.may('CREATE', 'CLUSTER') || context.may('CREATE', 'TOPIC', asked.name)
  if (!isAllowed) return unknown(asked.name, zeroUuid, errorCodes.TOPIC_AUTHORIZATION_FAILED, context)
  if (topics.collidingWith(asked.name) !== undefined)
    return unknown(asked.name, zeroUuid, errorCodes.INVALID_TOPIC_EXCEPTION, context)
  await create(asked.name, context)
  return unknown(asked.name, zeroUuid, errorCodes.UNKNOWN_TOPIC_OR_PARTITION, context)
}

async function create(name: string, context: RequestContext): Promise<void> {
  const { topics, config, groups, transactions, logger } = context.services
  try {
    if (name === offsetsTopic) await groups.ready()
    else if (name === transactionsTopic) await transactions.ready()
    else await topics.create(name, config.broker.topicDefaults.partitions, {})
  } catch (error) {
    logger.warn('a topic could not be made', { topic: name, code: codeOf(error), error: messageOf(error) })
  }
}

function describe(topic: Topic, request: Request, context: RequestContext): TopicResponse {
  const { nodeId } = context.services
  const nodes = [nodeId]
  const partitions = Array.from({ length: topic.partitionCount }, (_, partitionIndex) => ({
    errorCode: errorCodes.NONE,
    partitionIndex,
    leaderId: nodeId,
    leaderEpoch,
    replicaNodes: nodes,
    isrNodes: nodes,
    offlineReplicas: [],
  }))
  const { name, id: topicId } = topic
  return {
    errorCode: errorCodes.NONE,
    name,
    topicId,
    isInternal: internalTopics.has(name),
    partitions,
    topicAuthorizedOperations: authorizedOperations(
      context,
      request.includeTopicAuthorizedOperations,
      'TOPIC',
      name,
    ),
  }
}

function unknown(
  name: string | null,
  topicId: string,
  errorCode: number,
  context: RequestContext,
): TopicResponse {
  // a name may be null from version 12 on
  const sent = name === null && context.header.apiVersion < 12 ? '' : name
  return { errorCode, name: sent, topicId, isInternal: internalTopics.has(sent ?? ''), partitions: [] }
}

export const handleMetadata = handler(apis.metadata, metadata)
