import type { Clock } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { TransactionEntry } from './entry.ts'
import { hasPartition, type TopicPartitions, type Transaction } from './transaction.ts'
import { addPartitions, type ProducerIdentity, writeProblem } from './transitions.ts'

/** How long a write waits for the transaction before it to end (Kafka's add.partitions.to.txn.retry.backoff.max.ms). */
const waitMs = 100
const secondProtocol = 2

/** What a producer wants to write to within its transaction. */
export interface Admission extends ProducerIdentity {
  transactionalId: string
  partitions: TopicPartitions
  /** Partitions that are not part of the transaction yet become so (transactions v2). */
  mayAdd: boolean
}

/** Kafka's code for one partition of an admission. */
export type AdmissionCode = (topic: string, partition: number) => number

export interface AdmissionsOptions {
  clock: Clock
  deadlines: Deadlines
  /** Writes a step of a transaction down. */
  take: (entry: TransactionEntry, next: Transaction) => Promise<number>
}

/**
 * Lets producers write to partitions within their transactions (KIP-890): what goes on with the answer runs in the same
 * tick as the check, so that no marker can come between, and in the order of the calls.
 */
export class Admissions {
  readonly #options: AdmissionsOptions

  constructor(options: AdmissionsOptions) {
    this.#options = options
  }

  admit<T>(entry: TransactionEntry, asked: Admission, proceed: (codeOf: AdmissionCode) => T): T | Promise<T> {
    if (!asked.mayAdd || (entry.admissions === undefined && isIn(entry.transaction, asked)))
      return proceed(codesOf(entry.transaction, asked))
    const before = entry.admissions ?? Promise.resolve()
    // what is proceeded with may take its time: it is boxed, so that the next one does not wait for it
    const admitted = before.then(async () => {
      const errorCode = await this.#addSoon(entry, asked)
      return { result: proceed(errorCode === 0 ? codesOf(entry.transaction, asked) : () => errorCode) }
    })
    const settled = admitted
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        if (entry.admissions === settled) entry.admissions = undefined
      })
    entry.admissions = settled
    return admitted.then(({ result }) => result)
  }

  /** Takes partitions in, once the transaction before has ended, if that is soon. */
  async #addSoon(entry: TransactionEntry, asked: Admission): Promise<number> {
    const { clock, deadlines, take } = this.#options
    const late = Promise.withResolvers<void>()
    let isLate = false
    const deadline = deadlines.after(waitMs, () => {
      isLate = true
      late.resolve()
    })
    try {
      for (;;) {
        const { transaction, isPending } = entry
        const situation = { transaction, isPending, spareProducerId: undefined, nowMs: clock.nowMs() }
        const decision = addPartitions(situation, asked, asked.partitions, secondProtocol)
        if (decision.next !== undefined) return await take(entry, decision.next)
        if (decision.errorCode !== errorCodes.CONCURRENT_TRANSACTIONS || isLate) return decision.errorCode
        await Promise.race([entry.change(), late.promise])
      }
    } finally {
      deadline.cancel()
    }
  }
}

function isIn(transaction: Transaction, asked: Admission): boolean {
  if (transaction.state !== 'Ongoing' || writeProblem(transaction, asked) !== 0) return false
  for (const [topic, partitions] of asked.partitions)
    for (const partition of partitions) if (!hasPartition(transaction, topic, partition)) return false
  return true
}

function codesOf(transaction: Transaction, asked: Admission): AdmissionCode {
  const problem = writeProblem(transaction, asked)
  return (topic, partition) => {
    if (problem !== 0) return problem
    return hasPartition(transaction, topic, partition) ? errorCodes.NONE : errorCodes.TRANSACTION_ABORTABLE
  }
}
