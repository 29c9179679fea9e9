import type { KafkaAdminClient } from '../client/index.ts'
import { apis } from '../index.ts'
import { expectDone } from './outcome.ts'

/** Whom a quota is for: users, client ids, both together, or an address; null is the default of its kind. */
export interface QuotaEntity {
  user?: string | null
  'client-id'?: string | null
  ip?: string | null
}

/** Kafka's names: `producer_byte_rate` and `consumer_byte_rate` in bytes/s, `request_percentage`, `controller_mutation_rate`, `connection_creation_rate`. */
export type QuotaValues = Readonly<Record<string, number>>

export interface Quota {
  entity: QuotaEntity
  values: QuotaValues
}

/** Kafka's numbers for how an entity is matched (KIP-546). */
const exact = 0
const ofDefault = 1

/** All quotas, or those of entities of which the given parts are so. */
export async function describeQuotas(client: KafkaAdminClient, filter: QuotaEntity = {}): Promise<Quota[]> {
  const components = Object.entries(filter).map(([entityType, match]) => ({
    entityType,
    matchType: match === null ? ofDefault : exact,
    match: match as string | null,
  }))
  const answer = await client.request(apis.describeClientQuotas, { components, strict: false })
  expectDone(answer.errorCode, answer.errorMessage, 'listing quotas')
  return (answer.entries ?? []).map(({ entity, values }) => ({
    entity: Object.fromEntries(entity.map(({ entityType, entityName }) => [entityType, entityName])),
    values: Object.fromEntries(values.map(({ key, value }) => [key, value])),
  }))
}

/** Sets quotas of an entity; null takes one away. With `validateOnly` nothing changes. Errors: KAFKA_INVALID_REQUEST. */
export async function alterQuotas(
  client: KafkaAdminClient,
  entity: QuotaEntity,
  values: Readonly<Record<string, number | null>>,
  options: { validateOnly?: boolean } = {},
): Promise<void> {
  const ops = Object.entries(values).map(([key, value]) => ({
    key,
    value: value ?? 0,
    remove: value === null,
  }))
  const parts = Object.entries(entity).map(([entityType, entityName]) => ({
    entityType,
    entityName: entityName as string | null,
  }))
  const answer = await client.request(apis.alterClientQuotas, {
    entries: [{ entity: parts, ops }],
    validateOnly: options.validateOnly === true,
  })
  const done = answer.entries[0]
  expectDone(done?.errorCode, done?.errorMessage, 'changing quotas')
}
