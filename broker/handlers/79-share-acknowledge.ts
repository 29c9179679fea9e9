import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { sessionEpochs } from '../share/share-sessions.ts'
import { handler, type RequestContext } from './handler.ts'
import { acknowledgeAll, byTopic, memberNamed, noLeader } from './share-requests.ts'

/*
 * ShareAcknowledge, versions 1 and 2 (KIP-932): accepts, releases and rejects records that a member has acquired, and (v2)
 * renews their locks; durable before the answer. Of each partition all is done or nothing. It goes on with the member's
 * session (epoch 0 cannot begin one); -1 ends it and frees what is still acquired.
 */
type Request = RequestOf<typeof apis.shareAcknowledge>
type Response = ResponseInput<typeof apis.shareAcknowledge>

async function shareAcknowledge(request: Request, context: RequestContext): Promise<Response> {
  const member = memberNamed(request, context)
  if ('errorCode' in member) return respond(member.errorCode, member.errorMessage)
  const { share } = context.services
  await share.ready()
  const { groupId, memberId } = member
  if (request.shareSessionEpoch === sessionEpochs.first)
    return respond(errorCodes.INVALID_SHARE_SESSION_EPOCH)
  const session = share.sessions.next(groupId, memberId, request.shareSessionEpoch)
  if (typeof session === 'number') return respond(session)
  const acknowledged = await acknowledgeAll(request, member, context)
  if (request.shareSessionEpoch === sessionEpochs.final) await share.releaseMember(groupId, memberId)
  const answers = acknowledged.map(({ topicId, partition: partitionIndex, errorCode }) => ({
    topicId,
    answer: { partitionIndex, errorCode, currentLeader: noLeader },
  }))
  const lockMs = share.lockMs(groupId)
  return { ...respond(errorCodes.NONE), acquisitionLockTimeoutMs: lockMs, responses: byTopic(answers) }
}

function respond(errorCode: number, errorMessage: string | null = null): Response {
  return { throttleTimeMs: 0, errorCode, errorMessage, responses: [], nodeEndpoints: [] }
}

export const handleShareAcknowledge = handler(apis.shareAcknowledge, shareAcknowledge)
