import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DeleteGroups, versions 0 to 2: an empty group goes with its offsets, a share group with how far it has
 * come, durably before the answer. NON_EMPTY_GROUP while
 * it has members, GROUP_ID_NOT_FOUND where there is none.
 */
type Request = RequestOf<typeof apis.deleteGroups>
type Response = ResponseInput<typeof apis.deleteGroups>

async function deleteGroups(request: Request, context: RequestContext): Promise<Response> {
  const { groups, share } = context.services
  await share.ready()
  // Kafka answers a group that is named twice once
  const asked = [...new Set(request.groupsNames)]
  const results: Response['results'][number][] = []
  for (const groupId of asked) {
    const denied = accessProblem(context, 'DELETE', 'GROUP', groupId)
    if (denied === 0 && share.group(groupId)?.state === 'Empty') await share.forget(groupId)
    results.push({ groupId, errorCode: denied || (await groups.deleteGroup(groupId)) })
  }
  return { throttleTimeMs: 0, results }
}

export const handleDeleteGroups = handler(apis.deleteGroups, deleteGroups)
