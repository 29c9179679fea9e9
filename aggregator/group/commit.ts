import { messageOf } from '../../lib/base/index.ts'
import type { CommittedOffset } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'
import { pause } from '../insert/pause.ts'

const retryMs = 250

/** Commits with the member's generation; resolves to Kafka's error code: see GroupMember. */
export type Commit = (offsets: readonly CommittedOffset[]) => Promise<number>

/** Codes after which another member has the partition. */
const finalCodes: ReadonlySet<number> = new Set([
  errorCodes.ILLEGAL_GENERATION,
  errorCodes.UNKNOWN_MEMBER_ID,
  errorCodes.REBALANCE_IN_PROGRESS,
  errorCodes.FENCED_INSTANCE_ID,
])

/** The group has given the partition to someone else: what is not planned is dropped, what is planned is theirs. */
export class Superseded extends Error {}

/** Tries until it went well; of each failure that is no end `onTrouble` is told. Throws Superseded, also where the signal is aborted. */
export async function commitOrEnd(
  commit: Commit,
  entry: CommittedOffset,
  signal: AbortSignal,
  onTrouble: (error: string) => void,
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw new Superseded()
    const failure = await tryCommit(commit, entry)
    if (failure === undefined) return
    if (failure.isFinal) throw new Superseded()
    onTrouble(failure.message)
    await pause(retryMs, signal)
  }
}

/** Undefined where it went well; a final failure says that the partition is someone else's. */
async function tryCommit(
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
