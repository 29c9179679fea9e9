import type { Config } from '../../lib/base/index.ts'
import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { configTypes, partsOf } from '../topics/config-values.ts'
import { topicConfigs } from '../topics/configs.ts'
import { alterResources } from './alter-configs.ts'
import { handler, type RequestContext } from './handler.ts'
import { type Refusal, refuse } from './refusal.ts'

/*
 * IncrementalAlterConfigs, versions 0 and 1 (KIP-339): sets, deletes, appends to and subtracts from what a topic or
 * group has of its own.
 */
type Request = RequestOf<typeof apis.incrementalAlterConfigs>
type Response = ResponseInput<typeof apis.incrementalAlterConfigs>
type Resource = Request['resources'][number]
type Operation = Resource['configs'][number]

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

async function incrementalAlterConfigs(request: Request, context: RequestContext): Promise<Response> {
  const { resources, validateOnly } = request
  const { config } = context.services
  const responses = await alterResources(
    resources,
    validateOnly,
    (resource, own) => changed(resource, own, config),
    context,
  )
  return { throttleTimeMs: 0, responses }
}

function changed(resource: Resource, own: Readonly<Record<string, string>>, config: Config) {
  const configs = new Map(Object.entries(own))
  for (const operation of resource.configs) {
    const refusal = carryOut(operation, configs, config)
    if (refusal !== undefined) return refusal
  }
  return { configs: Object.fromEntries(configs) }
}

function carryOut(operation: Operation, configs: Map<string, string>, config: Config): Refusal | undefined {
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
  const definition = topicConfigs.find(known => known.name === name)
  if (definition?.type !== configTypes.list) {
    const verb = isAppend ? 'APPEND' : 'SUBTRACT'
    return refuse('INVALID_CONFIG', `Can't ${verb} to key ${name} because its type is not LIST.`)
  }
  const now = partsOf(configs.get(name) ?? definition.fallback(config))
  const given = partsOf(value)
  const next = isAppend ? [...new Set([...now, ...given])] : now.filter(part => !given.includes(part))
  configs.set(name, next.join(','))
  return undefined
}

export const handleIncrementalAlterConfigs = handler(apis.incrementalAlterConfigs, incrementalAlterConfigs)
