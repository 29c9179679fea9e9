import { errorCodes } from '../../lib/kafka/index.ts'

/** Kafka's code for an id that cannot be a group's; 0 for a good one. */
export function groupIdProblem(groupId: string): number {
  return groupId === '' ? errorCodes.INVALID_GROUP_ID : errorCodes.NONE
}
