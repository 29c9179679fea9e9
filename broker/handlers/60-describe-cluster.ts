import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { authorizedOperations } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/* DescribeCluster, versions 0 to 2: this broker. Controllers cannot be asked for here. */
type Request = RequestOf<typeof apis.describeCluster>
type Response = ResponseInput<typeof apis.describeCluster>

const brokers = 1
const controllers = 2

function describeCluster(request: Request, context: RequestContext): Response {
  const { nodeId, clusterId, brokerConfigs } = context.services
  if (request.endpointType !== brokers)
    return {
      throttleTimeMs: 0,
      errorCode:
        request.endpointType === controllers
          ? errorCodes.MISMATCHED_ENDPOINT_TYPE
          : errorCodes.UNSUPPORTED_ENDPOINT_TYPE,
      errorMessage: 'this is a broker, ask it for brokers (endpoint type 1)',
      clusterId: '',
      brokers: [],
    }
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    clusterId,
    controllerId: nodeId,
    brokers: [{ brokerId: nodeId, ...context.advertised, rack: brokerConfigs.value('broker.rack') || null }],
    clusterAuthorizedOperations: authorizedOperations(
      context,
      request.includeClusterAuthorizedOperations,
      'CLUSTER',
    ),
  }
}

export const handleDescribeCluster = handler(apis.describeCluster, describeCluster)
