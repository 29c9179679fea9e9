import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { QuotaDocument } from '../quotas/quota-table.ts'
import { refuse } from '../refusal.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeClientQuotas, versions 0 and 1: the quotas whose entity has every component asked for: of a name (match type
 * 0), the default (1) or any (2). `strict`: and no other component.
 */
type Request = RequestOf<typeof apis.describeClientQuotas>
type Response = ResponseInput<typeof apis.describeClientQuotas>
type Component = Request['components'][number]

const knownTypes = ['user', 'client-id', 'ip']
const matchTypes = { exact: 0, default: 1, any: 2 } as const

function describeClientQuotas(request: Request, context: RequestContext): Response {
  const refusal = problemOf(request, context)
  if (refusal !== undefined) return { throttleTimeMs: 0, ...refusal, entries: null }
  const found = [...context.services.quotas.all()].filter(document => isMeant(document, request))
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    errorMessage: null,
    entries: found.map(({ entity, values }) => ({
      entity: Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName })),
      values: Object.entries(values).map(([key, value]) => ({ key, value })),
    })),
  }
}

function problemOf({ components }: Request, context: RequestContext) {
  if (!context.may('DESCRIBE_CONFIGS', 'CLUSTER'))
    return refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
  const types = components.map(({ entityType }) => entityType)
  if (new Set(types).size < types.length)
    return refuse('INVALID_REQUEST', 'Entity type cannot appear more than once in the filter.')
  if (types.includes('')) return refuse('INVALID_REQUEST', 'Unexpected empty filter component entity type')
  const unknown = types.find(type => !knownTypes.includes(type))
  if (unknown !== undefined)
    return refuse('UNSUPPORTED_VERSION', `Custom entity type ${unknown} not supported`)
  if (types.includes('ip') && types.length > 1)
    return refuse('INVALID_REQUEST', 'Invalid entity filter component combination: ip is for itself.')
  if (components.some(({ matchType }) => !Object.values<number>(matchTypes).includes(matchType)))
    return refuse('INVALID_REQUEST', 'Unexpected match type')
  return undefined
}

function isMeant({ entity }: QuotaDocument, { components, strict }: Request): boolean {
  if (strict && components.length !== Object.keys(entity).length) return false
  return components.every(component => has(entity, component))
}

function has(entity: QuotaDocument['entity'], { entityType, matchType, match }: Component): boolean {
  const name = (entity as Record<string, string | null>)[entityType]
  if (name === undefined) return false
  if (matchType === matchTypes.any) return true
  return matchType === matchTypes.default ? name === null : name === match
}

export const handleDescribeClientQuotas = handler(apis.describeClientQuotas, describeClientQuotas)
