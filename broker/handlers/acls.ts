import { type AclFilter, operations, patternTypes, permissions, resourceTypes } from '../access/acl.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { RequestContext } from './handler.ts'

/** Why rules cannot be looked at or changed at all: they are not in force, or the client may not. */
export function aclAccessProblem(
  operation: 'DESCRIBE' | 'ALTER',
  context: RequestContext,
): Refusal | undefined {
  const where = operation === 'DESCRIBE' ? ' on the broker' : '.'
  if (!context.services.authorizer.isEnabled)
    return refuse('SECURITY_DISABLED', `No Authorizer is configured${where}`)
  if (!context.may(operation, 'CLUSTER'))
    return refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
  return undefined
}

/** The same for a filter, which also has to be one. */
export function filterProblem(
  filter: AclFilter,
  operation: 'DESCRIBE' | 'ALTER',
  context: RequestContext,
): Refusal | undefined {
  return aclAccessProblem(operation, context) ?? unknownElement(filter)
}

export function unknownElement(filter: AclFilter): Refusal | undefined {
  const isKnown =
    isIn(resourceTypes, filter.resourceTypeFilter) &&
    isIn(patternTypes, filter.patternTypeFilter) &&
    isIn(operations, filter.operation) &&
    isIn(permissions, filter.permissionType)
  return isKnown
    ? undefined
    : refuse('INVALID_REQUEST', 'The AclBindingFilter must not contain UNKNOWN elements.')
}

function isIn(values: Readonly<Record<string, number>>, value: number): boolean {
  return Object.values(values).includes(value)
}
