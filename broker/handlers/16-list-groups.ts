import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ListGroups, versions 0 to 5, with filters by state (v4) and by type (v5), in any case. Who may not describe the cluster
 * sees the groups it may describe.
 */
type Request = RequestOf<typeof apis.listGroups>
type Response = ResponseInput<typeof apis.listGroups>

async function listGroups(request: Request, context: RequestContext): Promise<Response> {
  const { groups } = context.services
  await groups.ready()
  const states = new Set(request.statesFilter.map(state => state.toLowerCase()))
  const types = new Set(request.typesFilter.map(type => type.toLowerCase()))
  const seesAll = context.may('DESCRIBE', 'CLUSTER')
  const listed = []
  for (const { group } of groups.all()) {
    const { id: groupId, state: groupState, type: groupType } = group
    const isWanted = states.size === 0 || states.has(groupState.toLowerCase())
    if (!seesAll && !context.may('DESCRIBE', 'GROUP', groupId)) continue
    if (!isWanted || (types.size > 0 && !types.has(groupType))) continue
    // the other types are called as their protocols are
    const protocolType = group.type === 'classic' ? (group.protocolType ?? '') : group.type
    listed.push({ groupId, protocolType, groupState, groupType })
  }
  return { errorCode: errorCodes.NONE, groups: listed }
}

export const handleListGroups = handler(apis.listGroups, listGroups)
