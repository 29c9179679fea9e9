import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from '../groups/classic-group.ts'
import { metadataOf } from '../groups/member.ts'
import { accessProblem, authorizedOperations } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeGroups, versions 0 to 6, of classic groups. A group that is not there or of another protocol is dead, and from
 * version 6 on GROUP_ID_NOT_FOUND (KIP-1043).
 */
type Request = RequestOf<typeof apis.describeGroups>
type Response = ResponseInput<typeof apis.describeGroups>
type GroupResponse = Response['groups'][number]

const notFoundFrom = 6

async function describeGroups(request: Request, context: RequestContext): Promise<Response> {
  const { groups } = context.services
  await groups.ready()
  return {
    groups: request.groups.map(id => {
      const denied = accessProblem(context, 'DESCRIBE', 'GROUP', id)
      if (denied !== 0) return { ...dead(id), errorCode: denied }
      const group = groups.get(id)?.group
      if (group?.type === 'classic')
        return {
          ...describe(group),
          authorizedOperations: authorizedOperations(
            context,
            request.includeAuthorizedOperations,
            'GROUP',
            id,
          ),
        }
      const why = group === undefined ? `Group ${id} not found.` : `Group ${id} is not a classic group.`
      return missing(id, why, context.header.apiVersion)
    }),
  }
}

function describe(group: ClassicGroup): GroupResponse {
  const { id: groupId, state: groupState, protocol } = group
  // protocol and metadata mean something only when the group has settled, as in Kafka
  const isStable = groupState === 'Stable'
  return {
    errorCode: errorCodes.NONE,
    groupId,
    groupState,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (protocol ?? '') : '',
    members: [...group.members.values()].map(member => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? metadataOf(member, protocol) : Buffer.alloc(0),
      memberAssignment: member.assignment,
    })),
  }
}

function missing(groupId: string, errorMessage: string, version: number): GroupResponse {
  if (version < notFoundFrom) return dead(groupId)
  return { ...dead(groupId), errorCode: errorCodes.GROUP_ID_NOT_FOUND, errorMessage }
}

function dead(groupId: string): GroupResponse {
  const nothing = { groupState: 'Dead', protocolType: '', protocolData: '', members: [] }
  return { errorCode: errorCodes.NONE, groupId, ...nothing }
}

export const handleDescribeGroups = handler(apis.describeGroups, describeGroups)
