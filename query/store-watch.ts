import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../lib/base/index.ts'
import { defaultDeadlineSeconds } from './store-asking.ts'
import { silenceOf } from './store-silence.ts'

/** The engine ends a question at its deadline; where it does not, we do so much later. */
const graceMs = 2_000
/** Of a question that takes longer, it is asked whether the store answers at all. */
const pingEveryMs = 1_000
const pingMs = 2_000

/**
 * Gives up on a question whose time is over, or whose store answers not even a ping: STORE_TIMEOUT, STORE_UNAVAILABLE.
 * The answer ends the watch.
 */
export function watchStore(
  client: ClickHouseClient,
  url: string,
  giveUp: (error: OperatingError) => void,
  deadlineSeconds = defaultDeadlineSeconds,
): () => void {
  const deadlineMs = deadlineSeconds * 1000 + graceMs
  const late = `the store ${url} did not answer within ${deadlineMs / 1000} s: ask for less`
  const deadline = setTimeout(() => giveUp(new OperatingError('STORE_TIMEOUT', late)), deadlineMs)
  const pinging = setInterval(() => {
    ping(client, url).then(silence => {
      if (silence !== undefined) giveUp(silence)
    }, giveUp)
  }, pingEveryMs)
  return () => {
    clearTimeout(deadline)
    clearInterval(pinging)
  }
}

/** Undefined where there is an answer, be it a refusal: that is met by the question itself. */
async function ping(client: ClickHouseClient, url: string): Promise<OperatingError | undefined> {
  const signal = AbortSignal.timeout(pingMs)
  try {
    const answer = await client.ping({ select: false, abort_signal: signal })
    if (answer.success || !signal.aborted) return undefined
  } catch (error) {
    if (!signal.aborted) throw silenceOf(error, url)
  }
  const message = `the store ${url} does not answer: see whether it is stopped or has too much to do`
  return new OperatingError('STORE_UNAVAILABLE', message)
}
