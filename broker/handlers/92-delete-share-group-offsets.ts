import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import { refuse } from '../refusal.ts'
import { nonEmptyProblem, notHosted } from './91-alter-share-group-offsets.ts'
import { groupRefusal, topicRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DeleteShareGroupOffsets, version 0 (KIP-932): an empty share group forgets its place in topics. NON_EMPTY_GROUP while it
 * has members; UNKNOWN_TOPIC_OR_PARTITION for topics it has no place in.
 */
type Request = RequestOf<typeof apis.deleteShareGroupOffsets>
type Response = ResponseInput<typeof apis.deleteShareGroupOffsets>

async function deleteShareGroupOffsets(request: Request, context: RequestContext): Promise<Response> {
  const { share } = context.services
  await share.ready()
  const missing =
    share.group(request.groupId) === undefined
      ? refuse('GROUP_ID_NOT_FOUND', `Group ${request.groupId} not found.`)
      : undefined
  const problem =
    groupRefusal(context, 'DELETE', request.groupId) ?? missing ?? nonEmptyProblem(share, request.groupId)
  if (problem !== undefined) return { throttleTimeMs: 0, ...problem, responses: [] }
  const responses: Response['responses'][number][] = []
  for (const { topicName } of request.topics)
    responses.push(await forget(topicName, request.groupId, context))
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, responses }
}

async function forget(
  topicName: string,
  groupId: string,
  context: RequestContext,
): Promise<Response['responses'][number]> {
  const { share, groups, topics } = context.services
  const denied = topicRefusal(context, 'READ', topicName)
  if (denied !== undefined) return { topicName, topicId: zeroUuid, ...denied }
  const topicId = topics.get(topicName)?.id ?? zeroUuid
  const group = share.group(groupId)
  if (group?.topics.has(topicId) !== true) {
    return {
      topicName,
      topicId,
      errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
      errorMessage: notHosted,
    }
  }
  const isForgotten =
    (await share.forget(groupId, topicId)) && (await groups.members.forgetShareTopic(group, topicId))
  return { topicName, topicId, errorCode: isForgotten ? errorCodes.NONE : errorCodes.KAFKA_STORAGE_ERROR }
}

export const handleDeleteShareGroupOffsets = handler(apis.deleteShareGroupOffsets, deleteShareGroupOffsets)
