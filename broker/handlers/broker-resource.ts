import { messageOf } from '../../lib/base/index.ts'
import type { apis, RequestOf, ResponseInput } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { type BrokerConfigs, brokerConfigsProblem, everyBroker } from '../topics/broker-configs.ts'
import { brokerConfigDefinitions } from '../topics/broker-definitions/all.ts'
import type { BrokerConfigDefinition } from '../topics/broker-definitions/define.ts'
import { configSources } from '../topics/config-sources.ts'
import { canonical } from '../topics/config-values.ts'
import type { ConfigChange, ConfigResource } from './config-change.ts'
import type { RequestContext } from './handler.ts'

type DescribeRequest = RequestOf<typeof apis.describeConfigs>
type Entry = ResponseInput<typeof apis.describeConfigs>['results'][number]['configs'][number]

/** Changes what clients have set of this broker, or, by the empty name, of every broker. */
export async function alterBroker<R extends ConfigResource>(
  resource: R,
  validateOnly: boolean,
  change: ConfigChange<R>,
  context: RequestContext,
): Promise<Refusal | undefined> {
  const { brokerConfigs, nodeId } = context.services
  const refusal = idProblem(resource.resourceName, nodeId)
  if (refusal !== undefined) return refusal
  const broker = resource.resourceName === everyBroker ? everyBroker : String(nodeId)
  const checked = (own: Readonly<Record<string, string>>) => {
    const result = change(resource, own)
    if ('errorCode' in result) return result
    const problem = brokerConfigsProblem(broker, result.configs)
    return problem === undefined ? result : refuse('INVALID_REQUEST', problem)
  }
  try {
    const outcome = validateOnly
      ? checked(brokerConfigs.of(broker))
      : await brokerConfigs.alter(broker, checked)
    return outcome !== undefined && 'errorCode' in outcome ? outcome : undefined
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
}

function idProblem(name: string, nodeId: number): Refusal | undefined {
  if (name === everyBroker || isNode(name, nodeId)) return undefined
  return refuse(
    'INVALID_REQUEST',
    isWhole(name)
      ? `Unexpected broker id, expected ${nodeId}, but received ${name}`
      : `Node id must be an integer, but it is: ${name}`,
  )
}

/** All that this broker has; by the empty name only what clients have set for every broker. */
export function brokerEntries(
  name: string,
  request: DescribeRequest,
  context: RequestContext,
): Entry[] | Refusal {
  const { brokerConfigs, nodeId } = context.services
  if (name === everyBroker) return defaultEntries(request, brokerConfigs)
  if (isNode(name, nodeId))
    return [...brokerConfigDefinitions.values()].map(definition => {
      const sources = brokerConfigs.sources(definition.name)
      const [first] = sources
      const isHidden = first === undefined || definition.isSensitive
      const value = isHidden ? null : canonical(definition.type, first.value)
      const configSource = first?.source ?? configSources.default
      return { ...entry(definition, request, sources), value, configSource }
    })
  return refuse(
    'INVALID_REQUEST',
    isWhole(name)
      ? `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`
      : `Broker id must be an integer, but it is: ${name}`,
  )
}

function defaultEntries(request: DescribeRequest, brokerConfigs: BrokerConfigs): Entry[] {
  return Object.entries(brokerConfigs.of(everyBroker)).flatMap(([name, value]) => {
    const definition = brokerConfigDefinitions.get(name)
    if (definition === undefined) return []
    const configSource = configSources.everyBroker
    return [{ ...entry(definition, request, [{ name, value, source: configSource }]), value, configSource }]
  })
}

function entry(definition: BrokerConfigDefinition, request: DescribeRequest, synonyms: Entry['synonyms']) {
  const { name, type: configType, isDynamic, isSensitive, documentation } = definition
  const told = isSensitive ? synonyms.map(synonym => ({ ...synonym, value: null })) : synonyms
  return {
    name,
    readOnly: !isDynamic,
    isSensitive,
    synonyms: request.includeSynonyms ? told : [],
    configType,
    documentation: request.includeDocumentation ? documentation : null,
  }
}

function isWhole(name: string): boolean {
  return /^[+-]?\d{1,10}$/.test(name)
}

function isNode(name: string, nodeId: number): boolean {
  return isWhole(name) && Number(name) === nodeId
}
