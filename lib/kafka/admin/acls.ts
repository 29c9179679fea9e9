import type { KafkaAdminClient } from '../client/index.ts'
import { apis, type ResponseOf } from '../index.ts'
import { expectDone } from './outcome.ts'

/** Kafka's numbers (ResourceType, PatternType, AclOperation, AclPermissionType); `any` and `match` are for filters. */
export const aclResourceTypes = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  transactional_id: 5,
  delegation_token: 6,
  user: 7,
} as const
export const aclPatternTypes = { any: 1, match: 2, literal: 3, prefixed: 4 } as const
export const aclOperations = {
  any: 1,
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  cluster_action: 9,
  describe_configs: 10,
  alter_configs: 11,
  idempotent_write: 12,
  create_tokens: 13,
  describe_tokens: 14,
  two_phase_commit: 15,
} as const
export const aclPermissions = { any: 1, deny: 2, allow: 3 } as const

export type AclResourceType = keyof typeof aclResourceTypes
export type AclPatternType = keyof typeof aclPatternTypes
export type AclOperation = keyof typeof aclOperations
export type AclPermission = keyof typeof aclPermissions

/** One rule: who may, or may not, do what to what. The cluster is named `kafka-cluster`. */
export interface Acl {
  resourceType: AclResourceType
  resourceName: string
  patternType: AclPatternType
  /** `User:NAME`, or `User:*`. */
  principal: string
  /** An address, or `*`. */
  host: string
  operation: AclOperation
  permission: AclPermission
}

/** Rules that are like this in all that is given. */
export type AclFilter = Partial<Acl>

/** The rules that match, or all. Errors: KAFKA_SECURITY_DISABLED where the broker lets everyone do everything. */
export async function listAcls(client: KafkaAdminClient, filter: AclFilter = {}): Promise<Acl[]> {
  const answer = await client.request(apis.describeAcls, toFilter(filter))
  expectDone(answer.errorCode, answer.errorMessage, 'listing access rules')
  return answer.resources.flatMap(resource => resource.acls.map(acl => fromWire({ ...resource, ...acl })))
}

/** Adds rules. Errors: KAFKA_INVALID_REQUEST with the broker's words. */
export async function createAcls(client: KafkaAdminClient, acls: readonly Acl[]): Promise<void> {
  const creations = acls.map(acl => ({
    resourceType: aclResourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: aclPatternTypes[acl.patternType],
    principal: acl.principal,
    host: acl.host,
    operation: aclOperations[acl.operation],
    permissionType: aclPermissions[acl.permission],
  }))
  const answer = await client.request(apis.createAcls, { creations })
  for (const { errorCode, errorMessage } of answer.results)
    expectDone(errorCode, errorMessage, 'adding an access rule')
}

/** Removes the rules that match, and gives them. To see them first: `listAcls` with the same filter. */
export async function deleteAcls(client: KafkaAdminClient, filter: AclFilter): Promise<Acl[]> {
  const answer = await client.request(apis.deleteAcls, { filters: [toFilter(filter)] })
  const found = answer.filterResults[0]
  expectDone(found?.errorCode, found?.errorMessage, 'removing access rules')
  return (found?.matchingAcls ?? []).map(acl => {
    expectDone(acl.errorCode, acl.errorMessage, 'removing an access rule')
    return fromWire(acl)
  })
}

function toFilter(filter: AclFilter) {
  return {
    resourceTypeFilter: aclResourceTypes[filter.resourceType ?? 'any'],
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter: aclPatternTypes[filter.patternType ?? 'any'],
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: aclOperations[filter.operation ?? 'any'],
    permissionType: aclPermissions[filter.permission ?? 'any'],
  }
}

type WireAcl = Omit<
  ResponseOf<typeof apis.deleteAcls>['filterResults'][number]['matchingAcls'][number],
  'errorCode' | 'errorMessage'
>

function fromWire(acl: WireAcl): Acl {
  return {
    resourceType: nameOf(aclResourceTypes, acl.resourceType),
    resourceName: acl.resourceName,
    patternType: nameOf(aclPatternTypes, acl.patternType),
    principal: acl.principal,
    host: acl.host,
    operation: nameOf(aclOperations, acl.operation),
    permission: nameOf(aclPermissions, acl.permissionType),
  }
}

/** What a newer broker knows and we do not is shown as `any`, which no rule has. */
function nameOf<K extends string>(names: Readonly<Record<K, number>>, code: number): K {
  const found = (Object.entries(names) as [K, number][]).find(([, number]) => number === code)
  return found?.[0] ?? ('any' as K)
}
