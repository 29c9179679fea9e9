import { isIP } from 'node:net'
import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import {
  addressQuotaKeys,
  clientQuotaKeys,
  type QuotaDocument,
  type QuotaEntity,
  type QuotaKey,
} from '../quotas/quota-table.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterClientQuotas, versions 0 and 1: sets and removes quotas of users, client ids and addresses (KIP-546, KIP-612); durable
 * and in force at the answer.
 */
type Request = RequestOf<typeof apis.alterClientQuotas>
type Response = ResponseInput<typeof apis.alterClientQuotas>
type Entry = Request['entries'][number]

/** Rates that may be broken numbers. */
const fractional: ReadonlySet<string> = new Set(['request_percentage', 'controller_mutation_rate'])
/** A host is taken by its name; only addresses are ever compared with it. */
const hostName = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

/** Entities with quotas: bounds memory. */
const maxEntities = 100_000

async function alterClientQuotas(request: Request, context: RequestContext): Promise<Response> {
  const entries: Response['entries'][number][] = []
  for (const entry of request.entries) {
    const refusal = await alter(entry, request.validateOnly, context)
    const outcome = refusal ?? { errorCode: errorCodes.NONE, errorMessage: null }
    entries.push({ ...outcome, entity: entry.entity })
  }
  return { throttleTimeMs: 0, entries }
}

async function alter(
  entry: Entry,
  validateOnly: boolean,
  context: RequestContext,
): Promise<Refusal | undefined> {
  const { quotas } = context.services
  if (!context.may('ALTER_CONFIGS', 'CLUSTER'))
    return refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
  const entity = entityOf(entry.entity)
  if ('errorCode' in entity) return entity
  const changed = applyOps(quotas.get(entity)?.values ?? {}, entry.ops, 'ip' in entity)
  if ('errorCode' in changed) return changed as Refusal
  if ([...quotas.all()].length >= maxEntities)
    return refuse('POLICY_VIOLATION', `quotas are kept for ${maxEntities} clients at most`)
  if (validateOnly) return undefined
  try {
    await quotas.put([{ entity, values: changed }])
    return undefined
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
}

function entityOf(parts: Entry['entity']): QuotaEntity | Refusal {
  if (parts.length === 0) return refuse('INVALID_REQUEST', 'Invalid empty client quota entity')
  const entity: QuotaEntity = {}
  for (const { entityType, entityName } of parts) {
    if (entityType !== 'user' && entityType !== 'client-id' && entityType !== 'ip')
      return refuse('INVALID_REQUEST', `Unhandled client quota entity type: ${entityType}`)
    if (entityType in entity)
      return refuse('INVALID_REQUEST', `Invalid client quota entity, contains duplicate type ${entityType}`)
    if (entityName === '') return refuse('INVALID_REQUEST', `Empty ${entityType} not supported`)
    entity[entityType] = entityName
  }
  return addressProblem(entity) ?? entity
}

function addressProblem({ ip, ...others }: QuotaEntity): Refusal | undefined {
  if (ip === undefined) return undefined
  if (Object.keys(others).length > 0)
    return refuse(
      'INVALID_REQUEST',
      'Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId',
    )
  if (ip === null || isIP(ip) !== 0 || hostName.test(ip)) return undefined
  return refuse('INVALID_REQUEST', `${ip} is not a valid IP or resolvable host.`)
}

function applyOps(
  values: QuotaDocument['values'],
  ops: Entry['ops'],
  isOfAddress: boolean,
): QuotaDocument['values'] | Refusal {
  const changed = { ...values }
  const seen = new Set<string>()
  for (const { key, value, remove } of ops) {
    if (!isQuotaKey(key, isOfAddress)) return refuse('INVALID_REQUEST', `Invalid configuration key ${key}`)
    if (seen.has(key)) return refuse('INVALID_REQUEST', `Duplicate quota key ${key}`)
    seen.add(key)
    if (remove) delete changed[key]
    else if (!(value > 0)) return refuse('INVALID_REQUEST', `Quota ${key} must be greater than 0`)
    else if (!fractional.has(key) && !Number.isInteger(value))
      return refuse('INVALID_REQUEST', `${key} cannot be a fractional value.`)
    else changed[key] = value
  }
  return changed
}

function isQuotaKey(key: string, isOfAddress: boolean): key is QuotaKey {
  const keys: readonly string[] = isOfAddress ? addressQuotaKeys : clientQuotaKeys
  return keys.includes(key)
}

export const handleAlterClientQuotas = handler(apis.alterClientQuotas, alterClientQuotas)
