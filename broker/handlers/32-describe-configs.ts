import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { brokerConfigs } from '../topics/broker-configs.ts'
import { topicConfigs } from '../topics/configs.ts'
import { topicNameProblem } from '../topics/names.ts'
import { configAccessProblem } from './config-access.ts'
import { configResources, configSources, topicConfigInForce, topicConfigSources } from './config-sources.ts'
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
    configAccessProblem(context, 'DESCRIBE_CONFIGS', resource) ||
    (resourceType === configResources.topic
      ? topicEntries(resourceName, request, context)
      : resourceType === configResources.broker
        ? brokerEntries(resourceName, request, context)
        : resourceType === configResources.group
          ? groupEntries(resourceName, request, context)
          : errorCodes.INVALID_REQUEST)
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
  if (topicNameProblem(name) !== undefined) return errorCodes.INVALID_TOPIC_EXCEPTION
  if (topic === undefined) return errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  const own = topic.record.configs
  return topicConfigs.map(definition => {
    const { name: key, type: configType, documentation } = definition
    const { value, source: configSource } = topicConfigInForce(definition, own, config)
    const synonyms = topicConfigSources(definition, own, config)
    return {
      name: key,
      value,
      readOnly: false,
      configSource,
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
  return brokerConfigs(config).map(({ name: key, type: configType, value, isSet, documentation }) => {
    const configSource = isSet ? configSources.staticBroker : configSources.default
    return {
      name: key,
      value,
      readOnly: true,
      configSource,
      isSensitive: false,
      synonyms: request.includeSynonyms ? [{ name: key, value, source: configSource }] : [],
      configType,
      documentation: request.includeDocumentation ? documentation : null,
    }
  })
}

export const handleDescribeConfigs = handler(apis.describeConfigs, describeConfigs)
