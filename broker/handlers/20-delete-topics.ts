import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { type MutationBudget, overQuota } from '../quotas/mutation-quotas.ts'
import { internalTopics } from '../topics/names.ts'
import { topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { budgetOf } from './mutation-budget.ts'
import { findTopic, unknownTopicCode } from './topics.ts'

/*
 * DeleteTopics, versions 1 to 6, from version 6 on also by id: by one of the two, and each topic once (INVALID_REQUEST).
 * Internal topics stay. Offsets of the topic go with it.
 */
type Request = RequestOf<typeof apis.deleteTopics>
type Response = ResponseInput<typeof apis.deleteTopics>
type TopicRequest = Request['topics'][number]
type TopicResponse = Response['responses'][number]

const structuredFrom = 6
/** From here on clients know to come again when they are over their quota (KIP-599). */
const strictFrom = 5

async function deleteTopics(request: Request, context: RequestContext): Promise<Response> {
  const asked =
    context.header.apiVersion >= structuredFrom
      ? request.topics
      : request.topicNames.map(name => ({ name, topicId: zeroUuid }))
  const responses: TopicResponse[] = []
  const budget = budgetOf(context, strictFrom)
  for (const [topic, ...more] of groupedByTopic(asked, context))
    responses.push(refusalOf(topic, more) ?? (await remove(topic.name, topic.topicId, budget, context)))
  return { throttleTimeMs: budget.throttleMs, responses }
}

type Named = [TopicRequest, ...TopicRequest[]]

/** What is asked of one topic, by whatever it is called. */
function groupedByTopic(asked: readonly TopicRequest[], { services }: RequestContext): Named[] {
  const groups = new Map<string, Named>()
  for (const topic of asked) {
    const key = topic.name ?? services.topics.getById(topic.topicId)?.name ?? topic.topicId
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [topic])
    else group.push(topic)
  }
  return [...groups.values()]
}

function refusalOf(
  { name, topicId }: TopicRequest,
  more: readonly TopicRequest[],
): TopicResponse | undefined {
  const { INVALID_REQUEST: errorCode } = errorCodes
  if (name !== null && topicId !== zeroUuid)
    return { name, topicId, errorCode, errorMessage: 'Topic name and topic id are both given.' }
  if (name === null && topicId === zeroUuid)
    return { name, topicId, errorCode, errorMessage: 'Neither topic name nor topic id is given.' }
  if (more.length > 0) return { name, topicId, errorCode, errorMessage: 'Duplicate topic name or id.' }
  return undefined
}

async function remove(
  name: string | null,
  topicId: string,
  budget: MutationBudget,
  context: RequestContext,
): Promise<TopicResponse> {
  const { topics } = context.services
  const byId = name === null
  const topic = findTopic(topics, { name: name ?? '', topicId }, byId)
  const refusal = topicRefusal(context, 'DELETE', topic?.name ?? name ?? '')
  // who may not even see it does not learn the name of an id
  if (!byId && refusal !== undefined) return { name, topicId, ...refusal }
  if (topic !== undefined && refusal !== undefined) {
    const mayKnow = context.may('DESCRIBE', 'TOPIC', topic.name)
    return { name: mayKnow ? topic.name : null, topicId, ...refusal }
  }
  if (topic === undefined)
    return { name, topicId, errorCode: unknownTopicCode(byId), errorMessage: 'there is no such topic' }
  const known = { name: topic.name, topicId: topic.id }
  if (internalTopics.has(topic.name))
    return {
      ...known,
      errorCode: errorCodes.INVALID_REQUEST,
      errorMessage: 'internal topics cannot be deleted',
    }
  if (!budget.take(topic.partitionCount)) return { ...known, ...overQuota }
  try {
    await topics.delete(topic)
    return { ...known, errorCode: errorCodes.NONE }
  } catch (error) {
    return { ...known, errorCode: errorCodes.KAFKA_STORAGE_ERROR, errorMessage: messageOf(error) }
  }
}

export const handleDeleteTopics = handler(apis.deleteTopics, deleteTopics)
