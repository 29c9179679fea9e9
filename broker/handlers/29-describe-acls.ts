import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Acl, matches } from '../access/acl.ts'
import { filterProblem } from './acls.ts'
import { handler, type RequestContext } from './handler.ts'

/* DescribeAcls, versions 1 to 3: the access rules that a filter means, by resource. Without authorization SECURITY_DISABLED. */
type Request = RequestOf<typeof apis.describeAcls>
type Response = ResponseInput<typeof apis.describeAcls>

function describeAcls(request: Request, context: RequestContext): Response {
  const { authorizer } = context.services
  const refusal = filterProblem(request, 'DESCRIBE', context)
  if (refusal !== undefined) return { throttleTimeMs: 0, ...refusal, resources: [] }
  const found = [...authorizer.all()].filter(acl => matches(request, acl))
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, errorMessage: null, resources: byResource(found) }
}

function byResource(acls: readonly Acl[]): Response['resources'] {
  const keyOf = ({ resourceType, patternType, resourceName }: Acl) =>
    `${resourceType} ${patternType} ${resourceName}`
  return [...Map.groupBy(acls, keyOf).values()].map(rules => {
    const { resourceType, patternType, resourceName } = rules[0] as Acl
    const entries = rules.map(({ principal, host, operation, permissionType }) => ({
      principal,
      host,
      operation,
      permissionType,
    }))
    return { resourceType, patternType, resourceName, acls: entries }
  })
}

export const handleDescribeAcls = handler(apis.describeAcls, describeAcls)
