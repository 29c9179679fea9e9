import { messageOf } from '../../lib/base/index.ts'
import type { CommittedOffset } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'

/** Commits with the member's generation; resolves to Kafka's error code: see GroupMember. */
export type Commit = (offsets: readonly CommittedOffset[]) => Promise<number>

/** Codes after which another member has the partition. */
const finalCodes: ReadonlySet<number> = new Set([
  errorCodes.ILLEGAL_GENERATION,
  errorCodes.UNKNOWN_MEMBER_ID,
  errorCodes.REBALANCE_IN_PROGRESS,
  errorCodes.FENCED_INSTANCE_ID,
])

/** Undefined where it went well; a final failure says that the partition is someone else's. */
export async function tryCommit(
  commit: Commit,
  entry: CommittedOffset,
): Promise<{ message: string; isFinal: boolean } | undefined> {
  try {
    const code = await commit([entry])
    if (code === errorCodes.NONE) return undefined
    return { message: errorName(code), isFinal: finalCodes.has(code) }
  } catch (error) {
    return { message: messageOf(error), isFinal: false }
  }
}
