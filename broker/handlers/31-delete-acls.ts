import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Acl, type AclFilter, matches } from '../access/acl.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { filterProblem } from './acls.ts'
import { handler, type RequestContext } from './handler.ts'

/* DeleteAcls, versions 1 to 3: removes the access rules that each filter means, and tells which those were. */
type Request = RequestOf<typeof apis.deleteAcls>
type Response = ResponseInput<typeof apis.deleteAcls>
type FilterResult = Response['filterResults'][number]

async function deleteAcls(request: Request, context: RequestContext): Promise<Response> {
  const filterResults: FilterResult[] = []
  for (const filter of request.filters) {
    const problem = filterProblem(filter, 'ALTER', context)
    filterResults.push(problem === undefined ? await remove(filter, context) : refused(problem))
  }
  return { throttleTimeMs: 0, filterResults }
}

async function remove(filter: AclFilter, { services }: RequestContext): Promise<FilterResult> {
  const { authorizer } = services
  const found: Acl[] = [...authorizer.all()].filter(acl => matches(filter, acl))
  try {
    await authorizer.remove(found)
  } catch (error) {
    return refused(refuse('KAFKA_STORAGE_ERROR', messageOf(error)))
  }
  const outcome = { errorCode: errorCodes.NONE, errorMessage: null }
  return { ...outcome, matchingAcls: found.map(acl => ({ ...outcome, ...acl })) }
}

function refused(refusal: Refusal): FilterResult {
  return { ...refusal, matchingAcls: [] }
}

export const handleDeleteAcls = handler(apis.deleteAcls, deleteAcls)
