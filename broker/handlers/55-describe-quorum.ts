import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { leaderEpoch } from '../partitions/leader-epochs.ts'
import { refuse } from '../refusal.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeQuorum, versions 0 to 2: the broker is the only voter on its metadata, and leads. They are a journal of their
 * own; its changes since the start stand for the offsets of Kafka's metadata topic, of which only partition 0 is there.
 */
type Request = RequestOf<typeof apis.describeQuorum>
type Response = ResponseInput<typeof apis.describeQuorum>
type Partition = Response['topics'][number]['partitions'][number]

const metadataTopic = '__cluster_metadata'
const timesFrom = 1
const nodesFrom = 2

function describeQuorum(request: Request, context: RequestContext): Response {
  const { services, header, advertised } = context
  if (!context.may('DESCRIBE', 'CLUSTER'))
    return { ...outcome(errorCodes.CLUSTER_AUTHORIZATION_FAILED, null, header.apiVersion), topics: [] }
  const topics = request.topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) =>
      topicName === metadataTopic && partitionIndex === 0
        ? quorum(context)
        : unknown(partitionIndex, header.apiVersion),
    ),
  }))
  const isLed = topics.some(({ partitions }) => partitions.some(({ errorCode }) => errorCode === 0))
  const node = {
    nodeId: services.nodeId,
    listeners: [{ name: 'CONTROLLER', host: advertised.host, port: advertised.port }],
  }
  return {
    ...outcome(errorCodes.NONE, '', header.apiVersion),
    topics,
    ...(header.apiVersion >= nodesFrom ? { nodes: isLed ? [node] : [] } : {}),
  }
}

function quorum({ services, header }: RequestContext): Partition {
  const offset = services.topics.version
  const nowMs = services.clock.nowMs()
  const times = { lastFetchTimestamp: nowMs, lastCaughtUpTimestamp: nowMs }
  const voter = {
    replicaId: services.nodeId,
    logEndOffset: offset,
    ...(header.apiVersion >= timesFrom ? times : {}),
  }
  return {
    partitionIndex: 0,
    ...outcome(errorCodes.NONE, '', header.apiVersion),
    leaderId: services.nodeId,
    leaderEpoch: leaderEpoch + 1,
    highWatermark: offset,
    currentVoters: [voter],
    observers: [],
  }
}

function unknown(partitionIndex: number, version: number): Partition {
  const { errorCode, errorMessage } = refuse(
    'UNKNOWN_TOPIC_OR_PARTITION',
    'This server does not host this topic-partition.',
  )
  const nothing = { leaderId: 0, leaderEpoch: 0, highWatermark: 0, currentVoters: [], observers: [] }
  return { partitionIndex, ...outcome(errorCode, errorMessage, version), ...nothing }
}

function outcome(errorCode: number, errorMessage: string | null, version: number) {
  return version >= nodesFrom ? { errorCode, errorMessage } : { errorCode }
}

export const handleDescribeQuorum = handler(apis.describeQuorum, describeQuorum)
