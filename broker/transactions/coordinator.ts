import { type Clock, type Logger, messageOf } from '../../lib/base/index.ts'
import { errorCodes } from '../../lib/kafka/index.ts'
import type { Deadline, Deadlines } from '../deadlines.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { type Admission, type AdmissionCode, Admissions } from './admissions.ts'
import { TransactionEntry } from './entry.ts'
import { MarkerWriter } from './marker-writer.ts'
import { type InitOutcome, noProducer, outcome } from './outcome.ts'
import {
  isEpochExhausted,
  isExpired,
  isPrepared,
  isTimedOut,
  newTransaction,
  type TopicPartitions,
  type Transaction,
} from './transaction.ts'
import { TransactionLog } from './transaction-log.ts'
import { type TransactionEvent, transactionRecord, transactionTombstone } from './transaction-records.ts'
import {
  addPartitions,
  afterEnd,
  complete,
  type EndRequest,
  endFirst,
  endSecond,
  fence,
  initialize,
  mustAbort,
  type ProducerIdentity,
  type Situation,
} from './transitions.ts'

/** What has been decided and cannot be carried out, because a disk fails, is tried again after so long. */
const retryMs = 1_000
const notAvailable = { errorCode: errorCodes.COORDINATOR_NOT_AVAILABLE, ...noProducer }

export interface TransactionOptions {
  clock: Clock
  logger: Logger
  deadlines: Deadlines
  topics: TopicTable
  groups: GroupCoordinator
  producerIds: { next(): Promise<number> }
  /** Kafka's transaction.max.timeout.ms. */
  maxTimeoutMs: number
  /** How often timed out transactions are looked for. */
  scanIntervalMs: number
  /** An id goes after so long without use (Kafka's transactional.id.expiration.ms). */
  expirationMs: number
  /** `__transaction_state`, made when the first transactional producer needs it. */
  openTopic: () => Promise<Topic>
}

/**
 * Keeps all transactions: the shell around the state machine of `transitions.ts`. A step counts when it is written down;
 * an outcome is written down (PREPARE), answered, carried to all partitions, and noted as complete; after a crash in
 * between the next start does the rest. Transactions live in the partition that Kafka's hash of their id names.
 */
export class TransactionCoordinator {
  readonly #options: TransactionOptions
  readonly #entries = new Map<string, TransactionEntry>()
  readonly #markers: MarkerWriter
  readonly #log: TransactionLog
  readonly #admissions: Admissions
  #scan: Deadline | undefined
  readonly #completing = new Set<Promise<void>>()
  readonly #closing = Promise.withResolvers<void>()
  #isClosed = false

  constructor(options: TransactionOptions) {
    this.#options = options
    this.#markers = new MarkerWriter({ ...options, pause: () => this.#pause() })
    this.#log = new TransactionLog({
      logger: options.logger,
      openTopic: options.openTopic,
      onEvent: event => this.#replay(event),
      onLoaded: () => this.#resume(),
    })
    this.#admissions = new Admissions({
      clock: options.clock,
      deadlines: options.deadlines,
      take: (entry, next) => this.#take(entry, next),
    })
    this.#scheduleScan()
  }

  /** Resolves when all transactions have been read; makes the topic where it is not there yet. */
  async ready(): Promise<void> {
    await this.#log.ready()
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#entries.get(transactionalId)?.transaction
  }

  *all(): Iterable<Transaction> {
    for (const { transaction } of this.#entries.values()) yield transaction
  }

  /** Aborts what the producer before may have left open, and gives the next one its id and epoch. */
  async initialize(
    transactionalId: string,
    timeoutMs: number,
    expected: ProducerIdentity | undefined,
  ): Promise<InitOutcome> {
    if (timeoutMs <= 0 || timeoutMs > this.#options.maxTimeoutMs)
      return { errorCode: errorCodes.INVALID_TRANSACTION_TIMEOUT, ...noProducer }
    if (!(await this.#isLoaded())) return notAvailable
    const entry = await this.#entryFor(transactionalId, timeoutMs)
    if (entry === undefined) return notAvailable
    const spareProducerId = await this.#spareProducerId(entry)
    if (mustAbort(this.#now(entry), expected)) {
      const errorCode = await this.#take(entry, fence(this.#now(entry)))
      return { errorCode: errorCode || errorCodes.CONCURRENT_TRANSACTIONS, ...noProducer }
    }
    const { errorCode, next } = initialize(this.#now(entry, spareProducerId), timeoutMs, expected)
    if (next === undefined) return { errorCode, ...noProducer }
    return outcome(await this.#take(entry, next), { producerId: next.producerId, epoch: next.producerEpoch })
  }

  /** Kafka's error code is the result, here and below. */
  async addPartitions(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: TopicPartitions,
    clientVersion: number,
  ): Promise<number> {
    if (!(await this.#isLoaded())) return errorCodes.COORDINATOR_NOT_AVAILABLE
    const entry = this.#entries.get(transactionalId)
    if (entry === undefined) return errorCodes.INVALID_PRODUCER_ID_MAPPING
    const { errorCode, next } = addPartitions(this.#now(entry), producer, partitions, clientVersion)
    return next === undefined ? errorCode : await this.#take(entry, next)
  }

  /** `clientVersion` 2: with another epoch for each transaction; the outcome says with which to go on. */
  async end(transactionalId: string, request: EndRequest, clientVersion: number): Promise<InitOutcome> {
    if (!(await this.#isLoaded())) return notAvailable
    const entry = this.#entries.get(transactionalId)
    if (entry === undefined) return { errorCode: errorCodes.INVALID_PRODUCER_ID_MAPPING, ...noProducer }
    const spareProducerId = await this.#spareProducerId(entry)
    const decide = clientVersion >= 2 ? endSecond : endFirst
    const { errorCode, next } = decide(this.#now(entry, spareProducerId), request)
    if (next === undefined) return outcome(errorCode, afterEnd(entry.transaction))
    return outcome(await this.#take(entry, next), afterEnd(next))
  }

  /** Asks whether a producer may write to partitions within its transaction, and goes on with the answer. */
  admit<T>(asked: Admission, proceed: (codeOf: AdmissionCode) => T): T | Promise<T> {
    if (!this.#log.isReady)
      return this.#log.ready().then(
        () => this.admit(asked, proceed),
        () => proceed(() => errorCodes.COORDINATOR_NOT_AVAILABLE),
      )
    const entry = this.#entries.get(asked.transactionalId)
    if (entry === undefined) return proceed(() => errorCodes.INVALID_PRODUCER_ID_MAPPING)
    return this.#admissions.admit(entry, asked, proceed)
  }

  /** Aborts what has been open for too long. */
  abortTimedOut(): void {
    for (const entry of this.#entries.values()) {
      if (entry.isPending || !isTimedOut(entry.transaction, this.#options.clock.nowMs())) continue
      const { transactionalId } = entry.transaction
      this.#options.logger.info('a transaction has timed out', { transactionalId })
      void this.#take(entry, fence(this.#now(entry)))
    }
  }

  /** Forgets ids that nobody has used for long. */
  async expire(): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      const { clock, expirationMs } = this.#options
      const nowMs = clock.nowMs()
      if (entry.isPending || !isExpired(entry.transaction, expirationMs, nowMs)) continue
      const { transactionalId } = entry.transaction
      entry.isPending = true
      if (await this.#log.append(transactionalId, transactionTombstone(transactionalId, nowMs)))
        this.#forget(entry)
      entry.settle()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#scan?.cancel()
    this.#closing.resolve()
    await Promise.all(this.#completing)
  }

  #scheduleScan(): void {
    this.#scan = this.#options.deadlines.after(this.#options.scanIntervalMs, () => {
      this.abortTimedOut()
      this.#scheduleScan()
    })
  }

  async #entryFor(transactionalId: string, timeoutMs: number): Promise<TransactionEntry | undefined> {
    const known = this.#entries.get(transactionalId)
    if (known !== undefined) return known
    const producerId = await this.#nextProducerId()
    if (producerId === undefined) return undefined
    const made = newTransaction(transactionalId, producerId, timeoutMs, this.#options.clock.nowMs())
    // someone may have been quicker
    const entry = this.#entries.get(transactionalId) ?? new TransactionEntry(made)
    this.#entries.set(transactionalId, entry)
    return entry
  }

  /** Another producer id, where the epochs of the present one are used up. */
  async #spareProducerId({ transaction }: TransactionEntry): Promise<number | undefined> {
    return isEpochExhausted(transaction.producerEpoch) ? await this.#nextProducerId() : undefined
  }

  /** Undefined where none can be taken now. */
  async #nextProducerId(): Promise<number | undefined> {
    try {
      return await this.#options.producerIds.next()
    } catch (error) {
      this.#options.logger.error('no producer id can be given', { error: messageOf(error) })
      return undefined
    }
  }

  #now({ transaction, isPending }: TransactionEntry, spareProducerId?: number): Situation {
    return { transaction, isPending, spareProducerId, nowMs: this.#options.clock.nowMs() }
  }

  async #isLoaded(): Promise<boolean> {
    try {
      await this.#log.ready()
      return true
    } catch (error) {
      this.#options.logger.error('transactions cannot be read', { error: messageOf(error) })
      return false
    }
  }

  /** Writes a step down and then lets it count; an outcome is then carried out in the background. */
  async #take(entry: TransactionEntry, next: Transaction): Promise<number> {
    entry.isPending = true
    const record = transactionRecord(next, this.#options.clock.nowMs())
    const isWritten = await this.#log.append(next.transactionalId, record)
    if (isWritten) entry.transaction = next
    if (isWritten && isPrepared(next)) this.#carryOut(entry)
    else entry.settle()
    return isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  }

  #carryOut(entry: TransactionEntry): void {
    entry.isPending = true
    const completing = this.#complete(entry).finally(() => this.#completing.delete(completing))
    this.#completing.add(completing)
  }

  async #complete(entry: TransactionEntry): Promise<void> {
    const isCarried = await this.#markers.write(entry.transaction)
    if (!isCarried) return
    const { clock } = this.#options
    const completed = complete(entry.transaction, clock.nowMs())
    while (!(await this.#log.append(completed.transactionalId, transactionRecord(completed, clock.nowMs()))))
      if (!(await this.#pause())) return
    entry.transaction = completed
    entry.settle()
  }

  /** Before what failed is tried again; false where the broker stops. */
  async #pause(): Promise<boolean> {
    const late = Promise.withResolvers<void>()
    const deadline = this.#options.deadlines.after(retryMs, late.resolve)
    await Promise.race([late.promise, this.#closing.promise])
    deadline.cancel()
    return !this.#isClosed
  }

  #forget(entry: TransactionEntry): void {
    this.#entries.delete(entry.transaction.transactionalId)
    // for who holds it still
    entry.transaction = { ...entry.transaction, state: 'Dead' }
  }

  #replay({ transactionalId, transaction }: TransactionEvent): void {
    if (transaction === null) this.#entries.delete(transactionalId)
    else this.#entries.set(transactionalId, new TransactionEntry(transaction))
  }

  /** Carries out what was decided before the broker stopped. */
  #resume(): void {
    for (const entry of this.#entries.values()) if (isPrepared(entry.transaction)) this.#carryOut(entry)
  }
}
