import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { configResources } from './config-resources.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ListConfigResources, versions 0 and 1: what DescribeConfigs can be asked about, by kind; none named means all kinds.
 * Version 0 asks for client metrics, of which there are none, nor of broker loggers; of groups those that have
 * configurations of their own. A kind that Kafka does not know is UNSUPPORTED_VERSION, as there.
 */
type Request = RequestOf<typeof apis.listConfigResources>
type Response = ResponseInput<typeof apis.listConfigResources>

const known: ReadonlySet<number> = new Set(Object.values(configResources))
const typedFrom = 1

function listConfigResources(request: Request, context: RequestContext): Response {
  const { topics, nodeId, groups } = context.services
  const denied = accessProblem(context, 'DESCRIBE_CONFIGS', 'CLUSTER')
  if (denied !== 0) return { throttleTimeMs: 0, errorCode: denied, configResources: [] }
  if (context.header.apiVersion < typedFrom) return listed([])
  const asked: ReadonlySet<number> =
    request.resourceTypes.length === 0 ? known : new Set(request.resourceTypes)
  if ([...asked].some(type => !known.has(type)))
    return { throttleTimeMs: 0, errorCode: errorCodes.UNSUPPORTED_VERSION, configResources: [] }
  const { topic: topicType, broker, group } = configResources
  return listed([
    ...(asked.has(topicType) ? [...topics.all()].map(({ name }) => resource(name, topicType)) : []),
    ...(asked.has(broker) ? [resource(String(nodeId), broker)] : []),
    ...(asked.has(group) ? [...groups.configs.names()].map(name => resource(name, group)) : []),
  ])
}

function resource(resourceName: string, resourceType: number) {
  return { resourceName, resourceType }
}

function listed(resources: Response['configResources']): Response {
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, configResources: resources }
}

export const handleListConfigResources = handler(apis.listConfigResources, listConfigResources)
