import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { Refusal } from '../refusal.ts'
import { topicNameProblem } from '../topics/names.ts'
import { topicConfigs } from '../topics/topic-config-definitions.ts'
import { topicConfigInForce, topicConfigSources } from '../topics/topic-configs.ts'
import { brokerEntries } from './broker-resource.ts'
import { configAccessProblem } from './config-access.ts'
import { configResources } from './config-resources.ts'
import { groupEntries } from './group-resource.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeConfigs, versions 1 to 4, of topics (2), of this broker or of every broker (4) and of groups (32). Left out:
 * other resources (INVALID_REQUEST).
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
  const { resourceType, resourceName, configurationKeys: wanted } = resource
  const configs = entriesOf(resource, request, context)
  if (typeof configs === 'number') {
    const errorMessage = `there is no ${resourceName}`
    return { errorCode: configs, errorMessage, resourceType, resourceName, configs: [] }
  }
  if ('errorCode' in configs) return { ...configs, resourceType, resourceName, configs: [] }
  const isAll = wanted === null || wanted.length === 0
  const listed = isAll ? configs : configs.filter(entry => wanted.includes(entry.name))
  return { errorCode: errorCodes.NONE, errorMessage: '', resourceType, resourceName, configs: listed }
}

function entriesOf(
  resource: Resource,
  request: Request,
  context: RequestContext,
): Entry[] | number | Refusal {
  const denied = configAccessProblem(context, 'DESCRIBE_CONFIGS', resource)
  if (denied !== 0) return denied
  const { resourceType, resourceName } = resource
  switch (resourceType) {
    case configResources.topic:
      return topicEntries(resourceName, request, context)
    case configResources.broker:
      return brokerEntries(resourceName, request, context)
    case configResources.group:
      return groupEntries(resourceName, request, context)
    default:
      return errorCodes.INVALID_REQUEST
  }
}

function topicEntries(name: string, request: Request, context: RequestContext): Entry[] | number {
  const { topics, brokerConfigs } = context.services
  const topic = topics.get(name)
  if (topicNameProblem(name) !== undefined) return errorCodes.INVALID_TOPIC_EXCEPTION
  if (topic === undefined) return errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  const own = topic.record.configs
  return topicConfigs.map(definition => {
    const { name: key, type: configType, documentation } = definition
    const { value, source: configSource } = topicConfigInForce(definition, own, brokerConfigs)
    const synonyms = topicConfigSources(definition, own, brokerConfigs)
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

export const handleDescribeConfigs = handler(apis.describeConfigs, describeConfigs)
