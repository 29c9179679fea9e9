import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { clusterRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/* ListPartitionReassignments, version 0: with one broker there is nowhere to move a replica to, so none is ever moving. */
type Request = RequestOf<typeof apis.listPartitionReassignments>
type Response = ResponseInput<typeof apis.listPartitionReassignments>

function listPartitionReassignments(_request: Request, context: RequestContext): Response {
  const outcome = clusterRefusal(context, 'DESCRIBE') ?? { errorCode: errorCodes.NONE, errorMessage: null }
  return { throttleTimeMs: 0, ...outcome, topics: [] }
}

export const handleListPartitionReassignments = handler(
  apis.listPartitionReassignments,
  listPartitionReassignments,
)
