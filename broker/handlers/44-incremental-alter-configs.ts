import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { brokerConfigDefinitions } from '../topics/broker-definitions/all.ts'
import { configTypes, partsOf } from '../topics/config-values.ts'
import { topicConfigs } from '../topics/topic-config-definitions.ts'
import { alterResources } from './alter-configs.ts'
import { configResources } from './config-resources.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * IncrementalAlterConfigs, versions 0 and 1 (KIP-339): sets, deletes, appends to and subtracts from what a topic, a
 * broker or a group has of its own; where it has none, from Kafka's default, whatever the broker falls back on.
 */
type Request = RequestOf<typeof apis.incrementalAlterConfigs>
type Response = ResponseInput<typeof apis.incrementalAlterConfigs>
type Resource = Request['resources'][number]
type Operation = Resource['configs'][number]

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

async function incrementalAlterConfigs(request: Request, context: RequestContext): Promise<Response> {
  const { resources, validateOnly } = request
  const responses = await alterResources(resources, validateOnly, changed, context)
  return { throttleTimeMs: 0, responses }
}

function changed({ resourceType, configs: asked }: Resource, own: Readonly<Record<string, string>>) {
  const configs = new Map(Object.entries(own))
  for (const operation of asked) {
    const refusal = carryOut(operation, configs, resourceType)
    if (refusal !== undefined) return refusal
  }
  return { configs: Object.fromEntries(configs) }
}

function carryOut(
  operation: Operation,
  configs: Map<string, string>,
  resourceType: number,
): Refusal | undefined {
  const { name, value, configOperation } = operation
  if (configOperation === operations.delete) {
    configs.delete(name)
    return undefined
  }
  if (value === null) return refuse('INVALID_REQUEST', `Null value not supported for : ${name}`)
  if (configOperation === operations.set) {
    configs.set(name, value)
    return undefined
  }
  const isAppend = configOperation === operations.append
  if (!isAppend && configOperation !== operations.subtract)
    return refuse('INVALID_REQUEST', `Unknown operation ${configOperation} for ${name}`)
  const definition = definitionOf(resourceType, name)
  if (definition?.type !== configTypes.list) return noListRefusal(resourceType, isAppend, name)
  const now = partsOf(configs.get(name) ?? definition.standard)
  const given = partsOf(value)
  const next = isAppend ? [...new Set([...now, ...given])] : now.filter(part => !given.includes(part))
  configs.set(name, next.join(','))
  return undefined
}

function definitionOf(resourceType: number, name: string): { type: number; standard: string } | undefined {
  return resourceType === configResources.broker
    ? brokerConfigDefinitions.get(name)
    : topicConfigs.find(known => known.name === name)
}

function noListRefusal(resourceType: number, isAppend: boolean, name: string): Refusal {
  const verb = isAppend ? 'append' : 'subtract'
  const message =
    resourceType === configResources.broker
      ? `Config value ${verb} is not allowed for config key: ${name}`
      : `Can't ${verb.toUpperCase()} to key ${name} because its type is not LIST.`
  return refuse('INVALID_CONFIG', message)
}

export const handleIncrementalAlterConfigs = handler(apis.incrementalAlterConfigs, incrementalAlterConfigs)
