import { errorCodes } from '../../lib/kafka/index.ts'
import type { Operation } from '../access/acl.ts'
import { accessProblem } from './authorized.ts'
import type { RequestContext } from './handler.ts'

/** Kafka's code for an id that cannot be a group's; 0 for a good one. */
export function groupIdProblem(groupId: string): number {
  return groupId === '' ? errorCodes.INVALID_GROUP_ID : errorCodes.NONE
}

/** The same, and for a group that the client may not do this to. */
export function groupProblem(context: RequestContext, operation: Operation, groupId: string): number {
  return accessProblem(context, operation, 'GROUP', groupId) || groupIdProblem(groupId)
}
