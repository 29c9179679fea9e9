import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Acl, aclProblem } from '../access/acl.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { aclAccessProblem } from './acls.ts'
import { handler, type RequestContext } from './handler.ts'

/* CreateAcls, versions 1 to 3: adds access rules, durable and in force at the answer. One that is there already is no error. */
type Request = RequestOf<typeof apis.createAcls>
type Response = ResponseInput<typeof apis.createAcls>

/** More rules than anyone keeps track of: bounds memory. */
const maxAcls = 100_000

async function createAcls(request: Request, context: RequestContext): Promise<Response> {
  const denied = aclAccessProblem('ALTER', context)
  const rules = request.creations.map(
    ({ resourcePatternType: patternType, ...rest }): Acl => ({ ...rest, patternType }),
  )
  const refusals = rules.map(acl => denied ?? creationProblem(acl, rules.length, context))
  const failure = await add(
    rules.filter((_, i) => refusals[i] === undefined),
    context,
  )
  return {
    throttleTimeMs: 0,
    results: refusals.map(
      refusal => refusal ?? failure ?? { errorCode: errorCodes.NONE, errorMessage: null },
    ),
  }
}

function creationProblem(acl: Acl, count: number, { services }: RequestContext): Refusal | undefined {
  const problem = aclProblem(acl)
  if (problem !== undefined) return refuse('INVALID_REQUEST', problem)
  if (services.authorizer.size + count > maxAcls)
    return refuse('POLICY_VIOLATION', `there are ${maxAcls} access rules at most: delete some first`)
  return undefined
}

async function add(acls: Acl[], { services }: RequestContext): Promise<Refusal | undefined> {
  try {
    await services.authorizer.add(acls)
    return undefined
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
}

export const handleCreateAcls = handler(apis.createAcls, createAcls)
