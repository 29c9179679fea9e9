import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { refuse } from '../refusal.ts'
import type { Topic } from '../topics/topic.ts'
import { clusterRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * ElectLeaders, versions 0 to 2: the only broker leads every partition, so an election is never needed, preferred or
 * unclean. Null asks for all partitions; as in Kafka, those that need none are then left out of the answer.
 */
type Request = RequestOf<typeof apis.electLeaders>
type Response = ResponseInput<typeof apis.electLeaders>

/** 0 elects the preferred replica, 1 any that is alive. */
const lastElectionType = 1

function electLeaders(request: Request, context: RequestContext): Response {
  const { electionType, topicPartitions } = request
  const denied = clusterRefusal(context, 'ALTER')
  if (denied !== undefined)
    return { throttleTimeMs: 0, errorCode: denied.errorCode, replicaElectionResults: [] }
  if (electionType < 0 || electionType > lastElectionType)
    return { throttleTimeMs: 0, errorCode: errorCodes.INVALID_REQUEST, replicaElectionResults: [] }
  return {
    throttleTimeMs: 0,
    replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => {
      const known = context.services.topics.get(topic)
      return { topic, partitionResult: partitions.map(index => resultOf(known, topic, index)) }
    }),
  }
}

function resultOf(topic: Topic | undefined, name: string, partitionId: number) {
  if (topic === undefined)
    return { partitionId, ...refuse('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${name}`) }
  if (!topic.hasPartition(partitionId))
    return {
      partitionId,
      ...refuse('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${name}-${partitionId}`),
    }
  return { partitionId, ...refuse('ELECTION_NOT_NEEDED', 'The leader is alive and the preferred one.') }
}

export const handleElectLeaders = handler(apis.electLeaders, electLeaders)
