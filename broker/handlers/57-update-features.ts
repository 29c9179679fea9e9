import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { features } from '../features.ts'
import { refuse } from '../refusal.ts'
import { clusterRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * UpdateFeatures, versions 0 to 2: features are at the level this release works with, which is the highest. Asking for that
 * level is done at once; another one is refused, with Kafka's reason where Kafka would refuse it too.
 */
type Request = RequestOf<typeof apis.updateFeatures>
type Response = ResponseInput<typeof apis.updateFeatures>
type Update = Request['featureUpdates'][number]

const upgradeTypes = { upgrade: 1, safeDowngrade: 2, unsafeDowngrade: 3 } as const
const typesFrom = 1
/** The last version that answers for each feature. */
const resultsUntil = 1

function updateFeatures(request: Request, context: RequestContext): Response {
  const { apiVersion } = context.header
  const denied = clusterRefusal(context, 'ALTER')
  if (denied !== undefined) return { throttleTimeMs: 0, ...denied }
  for (const update of request.featureUpdates) {
    const why = problemOf(update, typeOf(update, apiVersion), context.services.nodeId)
    if (why === undefined) continue
    const message = `The update failed for all features since the following feature had an error: Invalid update version ${update.maxVersionLevel} for feature ${update.feature}. ${why}`
    return { throttleTimeMs: 0, ...refuse('INVALID_UPDATE_VERSION', message) }
  }
  const results = request.featureUpdates.map(({ feature }) => ({
    feature,
    errorCode: errorCodes.NONE,
    errorMessage: 'NONE',
  }))
  const told = apiVersion <= resultsUntil ? { results } : {}
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, errorMessage: null, ...told }
}

function typeOf({ allowDowngrade, upgradeType }: Update, apiVersion: number): number {
  if (apiVersion >= typesFrom) return upgradeType
  return allowDowngrade ? upgradeTypes.safeDowngrade : upgradeTypes.upgrade
}

function problemOf(
  { feature, maxVersionLevel: level }: Update,
  type: number,
  nodeId: number,
): string | undefined {
  if (!Object.values<number>(upgradeTypes).includes(type))
    return 'The controller does not support the given upgrade type.'
  if (level < 0) return 'A feature version cannot be less than 0.'
  const known = features.find(({ name }) => name === feature)
  if (known === undefined) return `Local controller ${nodeId} does not support this feature.`
  const { minVersion, maxVersion } = known
  if (level < minVersion || level > maxVersion)
    return `Local controller ${nodeId} only supports versions ${minVersion}-${maxVersion}`
  if (level < known.level && type === upgradeTypes.upgrade)
    return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."
  return level === known.level ? undefined : `It stays at ${known.level}.`
}

export const handleUpdateFeatures = handler(apis.updateFeatures, updateFeatures)
