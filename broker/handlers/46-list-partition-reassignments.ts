import { apis, errorCodes, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler } from './handler.ts'

/* ListPartitionReassignments, version 0: with one broker there is nowhere to move a replica to, so none is ever moving. */
type Response = ResponseInput<typeof apis.listPartitionReassignments>

function listPartitionReassignments(): Response {
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, errorMessage: null, topics: [] }
}

export const handleListPartitionReassignments = handler(
  apis.listPartitionReassignments,
  listPartitionReassignments,
)
