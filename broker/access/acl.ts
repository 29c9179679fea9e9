import type { Principal } from './principal.ts'

/** Kafka's numbers (org.apache.kafka.common.resource.ResourceType, PatternType, acl.AclOperation, AclPermissionType). */
export const resourceTypes = {
  ANY: 1,
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const
export const patternTypes = { ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const
export const operations = {
  ANY: 1,
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const
export const permissions = { ANY: 1, DENY: 2, ALLOW: 3 } as const

export type ResourceType = Exclude<keyof typeof resourceTypes, 'ANY'>
export type Operation = Exclude<keyof typeof operations, 'ANY' | 'ALL'>

/** The only name a resource of type CLUSTER has. */
export const clusterName = 'kafka-cluster'
export const wildcard = '*'

/** One access rule as the protocol carries it and the metadata keep it. */
export interface Acl {
  resourceType: number
  patternType: number
  resourceName: string
  principal: Principal
  host: string
  operation: number
  permissionType: number
}

/** What rules are asked for by; null and ANY take everything. */
export interface AclFilter {
  resourceTypeFilter: number
  patternTypeFilter: number
  resourceNameFilter: string | null
  principalFilter: string | null
  hostFilter: string | null
  operation: number
  permissionType: number
}

/** Whether a filter means a rule, by Kafka's AclBindingFilter and ResourcePatternFilter. */
export function matches(filter: AclFilter, acl: Acl): boolean {
  return (
    isAny(filter.resourceTypeFilter, acl.resourceType) &&
    matchesPattern(filter, acl) &&
    (filter.principalFilter === null || filter.principalFilter === acl.principal) &&
    (filter.hostFilter === null || filter.hostFilter === acl.host) &&
    isAny(filter.operation, acl.operation) &&
    isAny(filter.permissionType, acl.permissionType)
  )
}

/** ANY is 1 in all four enumerations. */
function isAny(filter: number, value: number): boolean {
  return filter === 1 || filter === value
}

function matchesPattern({ patternTypeFilter, resourceNameFilter: name }: AclFilter, acl: Acl): boolean {
  const isType = patternTypeFilter <= patternTypes.MATCH || patternTypeFilter === acl.patternType
  if (!isType) return false
  if (name === null) return true
  if (patternTypeFilter !== patternTypes.MATCH) return name === acl.resourceName
  return acl.patternType === patternTypes.PREFIXED
    ? name.startsWith(acl.resourceName)
    : acl.resourceName === name || acl.resourceName === wildcard
}

/** Why a rule cannot be added, in Kafka's words; undefined for a good one. */
export function aclProblem(acl: Acl): string | undefined {
  const { resourceType, patternType, operation, permissionType, resourceName, principal } = acl
  if (!isOneOf(resourceTypes, resourceType)) return `Invalid resourceType ${resourceType}`
  if (patternType !== patternTypes.LITERAL && patternType !== patternTypes.PREFIXED)
    return `Invalid patternType ${patternType}`
  if (!isOneOf(operations, operation)) return `Invalid operation ${operation}`
  if (!isOneOf(permissions, permissionType)) return `Invalid permissionType ${permissionType}`
  if (resourceName === '') return 'Resource name should not be empty'
  if (resourceType === resourceTypes.CLUSTER && resourceName !== clusterName)
    return `The only valid name for the CLUSTER resource is ${clusterName}`
  if (!/^[^:]+:.+$/.test(principal))
    return `Could not parse principal from \`${principal}\` (no colon is present separating the principal type from the principal name)`
  return undefined
}

/** A value that names one thing: ANY does not. */
function isOneOf(values: Readonly<Record<string, number>>, value: number): boolean {
  return value !== 1 && Object.values(values).includes(value)
}
