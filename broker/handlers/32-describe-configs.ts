import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { configTypes, topicConfigs } from '../topics/configs.ts'
import { configResources, configSources } from './config-sources.ts'
import { groupEntries } from './group-resource.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeConfigs, versions 1 to 4, of topics (2), of this broker (4) and of groups (32). Left out: other resources
 * (INVALID_REQUEST).
 */
type Request = RequestOf<typeof apis.describeConfigs>
type Response = ResponseInput<typeof apis.describeConfigs>
type Resource = Request['resources'][number]
type Result = Response['results'][number]
type Entry = Result['configs'][number]

function describeConfigs(request: Request, context: RequestContext): Response {
  return {
    throttleTimeMs: 0,
    results: request.resources.map(resource => describe(resource, request, context)),
  }
}

function describe(resource: Resource, request: Request, context: RequestContext): Result {
  const { resourceType, resourceName } = resource
  const configs =
    resourceType === configResources.topic
      ? topicEntries(resourceName, request, context)
      : resourceType === configResources.broker
        ? brokerEntries(resourceName, request, context)
        : resourceType === configResources.group
          ? groupEntries(resourceName, request, context)
          : errorCodes.INVALID_REQUEST
  if (typeof configs === 'number')
    return {
      errorCode: configs,
      errorMessage: `there is no ${resourceName}`,
      resourceType,
      resourceName,
      configs: [],
    }
  const wanted = resource.configurationKeys
  const listed = wanted === null ? configs : configs.filter(entry => wanted.includes(entry.name))
  return { errorCode: errorCodes.NONE, errorMessage: null, resourceType, resourceName, configs: listed }
}

function topicEntries(name: string, request: Request, context: RequestContext): Entry[] | number {
  const { topics, config } = context.services
  const topic = topics.get(name)
  if (topic === undefined) return errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  const own = topic.record.configs
  return topicConfigs.map(definition => {
    const { name: key, type: configType, documentation } = definition
    const fallback = { name: key, value: definition.fallback(config), source: configSources.default }
    const value = own[key]
    const synonyms =
      value === undefined ? [fallback] : [{ name: key, value, source: configSources.topic }, fallback]
    const [first] = synonyms
    return {
      name: key,
      value: first?.value ?? null,
      readOnly: false,
      configSource: first?.source ?? configSources.default,
      isSensitive: false,
      synonyms: request.includeSynonyms ? synonyms : [],
      configType,
      documentation: request.includeDocumentation ? documentation : null,
    }
  })
}

function brokerEntries(name: string, request: Request, context: RequestContext): Entry[] | number {
  const { config, nodeId } = context.services
  if (name !== '' && name !== String(nodeId)) return errorCodes.INVALID_REQUEST
  const { broker } = config
  const values: [string, number, string][] = [
    ['auto.create.topics.enable', configTypes.boolean, String(broker.autoCreateTopics)],
    ['num.partitions', configTypes.int, String(broker.topicDefaults.partitions)],
    ['default.replication.factor', configTypes.int, '1'],
    ['log.retention.ms', configTypes.long, String(broker.topicDefaults.retentionMs)],
    ['log.retention.bytes', configTypes.long, String(broker.topicDefaults.retentionBytes)],
    ['log.segment.bytes', configTypes.int, String(broker.topicDefaults.segmentBytes)],
    ['socket.request.max.bytes', configTypes.int, String(broker.maxRequestBytes)],
    ['group.initial.rebalance.delay.ms', configTypes.int, String(broker.groupInitialRebalanceDelayMs)],
    ['group.min.session.timeout.ms', configTypes.int, String(broker.groupMinSessionTimeoutMs)],
    ['group.max.session.timeout.ms', configTypes.int, String(broker.groupMaxSessionTimeoutMs)],
    ['group.max.size', configTypes.int, String(broker.groupMaxSize)],
    ['group.consumer.session.timeout.ms', configTypes.int, String(broker.groupConsumerSessionTimeoutMs)],
    [
      'group.consumer.heartbeat.interval.ms',
      configTypes.int,
      String(broker.groupConsumerHeartbeatIntervalMs),
    ],
  ]
  return values.map(([key, configType, value]) => ({
    name: key,
    value,
    readOnly: true,
    configSource: configSources.staticBroker,
    isSensitive: false,
    synonyms: request.includeSynonyms ? [{ name: key, value, source: configSources.staticBroker }] : [],
    configType,
    documentation: null,
  }))
}

export const handleDescribeConfigs = handler(apis.describeConfigs, describeConfigs)
