import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { clusterRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterPartitionReassignments, versions 0 and 1: to this broker, where every partition is already, that is done at once;
 * to any other, or to none, INVALID_REPLICA_ASSIGNMENT. Nothing is ever under way that could be called off.
 */
type Request = RequestOf<typeof apis.alterPartitionReassignments>
type Response = ResponseInput<typeof apis.alterPartitionReassignments>

const changesFactorFrom = 1

function alterPartitionReassignments(request: Request, context: RequestContext): Response {
  const { allowReplicationFactorChange } = request
  const told = context.header.apiVersion >= changesFactorFrom ? { allowReplicationFactorChange } : {}
  const denied = clusterRefusal(context, 'ALTER')
  if (denied !== undefined) return { throttleTimeMs: 0, ...told, ...denied, responses: [] }
  return {
    throttleTimeMs: 0,
    ...told,
    errorCode: errorCodes.NONE,
    errorMessage: null,
    responses: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, replicas }) => ({
        partitionIndex,
        ...(partitionProblem(name, partitionIndex, context) ??
          placeProblem(replicas, context.services.nodeId) ?? {
            errorCode: errorCodes.NONE,
            errorMessage: null,
          }),
      })),
    })),
  }
}

function partitionProblem(name: string, index: number, { services }: RequestContext): Refusal | undefined {
  const topic = services.topics.get(name)
  if (topic === undefined)
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${name}.`)
  return topic.hasPartition(index)
    ? undefined
    : refuse('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition ${name}:${index}.`)
}

/** Kafka's words; a null calls off what is under way. */
function placeProblem(replicas: readonly number[] | null, nodeId: number) {
  if (replicas === null) return { errorCode: errorCodes.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null }
  const given = 'The manual partition assignment includes'
  if (replicas.length === 0) return refuse('INVALID_REPLICA_ASSIGNMENT', `${given} an empty replica list.`)
  const other = replicas.toSorted((a, b) => a - b).find(id => id !== nodeId)
  if (other !== undefined)
    return refuse('INVALID_REPLICA_ASSIGNMENT', `${given} broker ${other}, but no such broker is registered.`)
  return replicas.length > 1
    ? refuse('INVALID_REPLICA_ASSIGNMENT', `${given} the broker ${nodeId} more than once.`)
    : undefined
}

export const handleAlterPartitionReassignments = handler(
  apis.alterPartitionReassignments,
  alterPartitionReassignments,
)
