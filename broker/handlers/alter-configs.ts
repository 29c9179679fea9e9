import { messageOf } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { BrokerConfigs } from '../topics/broker-configs.ts'
import { topicConfigsProblem } from '../topics/topic-configs.ts'
import { alterBroker } from './broker-resource.ts'
import { configAccessProblem } from './config-access.ts'
import type { ConfigChange, ConfigResource } from './config-change.ts'
import { configResources } from './config-resources.ts'
import { alterGroup } from './group-resource.ts'
import type { RequestContext } from './handler.ts'

export interface AlteredResource {
  resourceType: number
  resourceName: string
  errorCode: number
  errorMessage: string | null
}

/**
 * What AlterConfigs and IncrementalAlterConfigs have in common: of each resource all changes are made or none, and
 * durable and in force before the answer.
 */
export async function alterResources<R extends ConfigResource>(
  resources: readonly R[],
  validateOnly: boolean,
  change: ConfigChange<R>,
  context: RequestContext,
): Promise<AlteredResource[]> {
  const keyOf = ({ resourceType, resourceName }: R) => `${resourceType} ${resourceName}`
  const named = new Map<string, number>()
  for (const resource of resources) named.set(keyOf(resource), (named.get(keyOf(resource)) ?? 0) + 1)
  const altered: AlteredResource[] = []
  for (const resource of resources) {
    const refusal =
      named.get(keyOf(resource)) === 1
        ? (requestProblem(resource, context) ?? (await alter(resource, validateOnly, change, context)))
        : refuse('INVALID_REQUEST', 'Each resource must appear at most once.')
    const { resourceType, resourceName } = resource
    const outcome = refusal ?? { errorCode: errorCodes.NONE, errorMessage: null }
    altered.push({ resourceType, resourceName, ...outcome })
  }
  return altered
}

function requestProblem(resource: ConfigResource, context: RequestContext): Refusal | undefined {
  const { configs } = resource
  const denied = configAccessProblem(context, 'ALTER_CONFIGS', resource)
  if (denied !== 0) return { errorCode: denied, errorMessage: 'not authorized' }
  const names = configs.map(({ name }) => name)
  if (new Set(names).size < names.length)
    return refuse('INVALID_REQUEST', 'Error due to duplicate config keys')
  return undefined
}

async function alter<R extends ConfigResource>(
  resource: R,
  validateOnly: boolean,
  change: ConfigChange<R>,
  context: RequestContext,
): Promise<Refusal | undefined> {
  switch (resource.resourceType) {
    case configResources.topic:
      return await alterTopic(resource, validateOnly, change, context)
    case configResources.broker:
      return await alterBroker(resource, validateOnly, change, context)
    case configResources.group:
      return await alterGroup(resource, validateOnly, change, context)
    default:
      return refuse('INVALID_REQUEST', `Unknown resource type ${resource.resourceType}`)
  }
}

async function alterTopic<R extends ConfigResource>(
  resource: R,
  validateOnly: boolean,
  change: ConfigChange<R>,
  context: RequestContext,
): Promise<Refusal | undefined> {
  const { topics, brokerConfigs } = context.services
  const topic = topics.get(resource.resourceName)
  if (topic === undefined)
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resource.resourceName}' does not exist.`)
  const refusal = refusalOf(change(resource, topic.record.configs), brokerConfigs)
  if (refusal !== undefined || validateOnly) return refusal
  let late: Refusal | undefined
  try {
    await topics.alter(topic, ({ configs }) => {
      // what was there may have changed meanwhile
      const result = change(resource, configs)
      late = refusalOf(result, brokerConfigs)
      return late === undefined && 'configs' in result ? { configs: result.configs } : {}
    })
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
  return late
}

function refusalOf(
  result: { configs: Readonly<Record<string, string>> } | Refusal,
  brokerConfigs: BrokerConfigs,
): Refusal | undefined {
  if ('errorCode' in result) return result
  const problem = topicConfigsProblem(result.configs, brokerConfigs)
  return problem === undefined ? undefined : refuse('INVALID_CONFIG', problem)
}
