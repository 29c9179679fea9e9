import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, messageOf, OnceAMinute, Wake } from '../../lib/base/index.ts'
import type { ProduceResult } from '../../lib/kafka/client/index.ts'
import { type ErrorName, errorCodes, errorName } from '../../lib/kafka/index.ts'
import { BufferPool } from '../../lib/log/index.ts'
import type { LedgerReader } from '../spool/lane.ts'
import { Backoff } from './backoff.ts'
import type { SpooledBatch } from './batch-reader.ts'
import { Binding } from './binding.ts'
import { Division } from './division.ts'
import { type Flight, Flights } from './flights.ts'
import type { LaneProducer, LaneState } from './lane-state.ts'
import { outcomeOf } from './outcome.ts'
import { PieceReader, whole } from './piece-reader.ts'
import { quarantine } from './quarantine.ts'
import { type ShipFigures, shipFigures } from './ship-figures.ts'
import type { ShipperOptions } from './shipper-options.ts'
import { stamp } from './stamp.ts'
import { StateKeeper, stateIntervalMs } from './state-keeper.ts'
import { TimeShift } from './time-shift.ts'

/** The broker remembers the last five batches of a producer (KIP-98), so no more may be under way. */
const maxInFlight = 5
/** After this long without an answer a broker may have forgotten the producer: the next batch goes alone. */
const forgetfulAfterMs = 3_600_000
/** Kept of the buffers of batches that were acknowledged, for those to come. */
const maxKeptBytes = 1_048_576
/** A sequence refused this often, though both sides name the same next one, is given up for a new producer. */
const maxRefusedSequences = 3

/**
 * Sends one lane of the spool to its topic-partition: in order, at most five batches under way, again and again until
 * each is acknowledged. The sequence of a batch is its spool offset, so that sending again after a crash repeats the
 * same numbers and the broker drops what it has. See resume.ts for where it goes on.
 */
export class Shipper implements LedgerReader {
  readonly #options: ShipperOptions
  readonly #state: LaneState
  readonly #troubles: OnceAMinute
  readonly #figures: ShipFigures
  readonly #backoff: Backoff
  readonly #wake = new Wake()
  readonly #timeShift = new TimeShift()
  readonly #buffers = new BufferPool(maxKeptBytes)
  #pieces = whole
  readonly #division: Division
  readonly #flights: Flights
  readonly #binding: Binding
  /** Since when the brokers are asked where to go on; undefined while they are not. */
  #askedMs: number | undefined
  /** Found while reading ahead; set aside once all before it is acknowledged. */
  #damaged: SpooledBatch | undefined
  /** From the first look at a batch on until it is sent. */
  #isSending = false
  #isHeld = false
  #resumed = false
  #corruptAnswers = 0
  #refusedSequences = 0
  #lastAnswerMs = Number.NEGATIVE_INFINITY
  readonly #keeper: StateKeeper
  #closing = false
  #drainUntilMs = 0
  #running: Promise<void> | undefined
  /** True while the brokers answer. */
  connected = false

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#state = options.state
    this.#troubles = new OnceAMinute(options.logger, options.clock)
    this.#figures = shipFigures(options.metrics, options.lane.name)
    this.#backoff = new Backoff(options.random)
    this.#keeper = new StateKeeper(options.folder, options.state, options.clock, this.#troubles)
    this.#flights = new Flights(options.clock, () => this.#wake.raise())
    this.#binding = new Binding({ ...options, keeper: this.#keeper })
    this.#division = new Division(options, inner => new Shipper(inner))
  }

  /** Spool offsets below are acknowledged. */
  get ackedOffset(): number {
    return this.#state.ackedOffset
  }
  get topicOffset(): number {
    return this.#state.topicOffset
  }
  get topic(): string {
    return this.#binding.topic
  }
  /** -1 until the brokers were first reached. */
  get partition(): number {
    return this.#binding.partition
  }

  /** For how long an answer of the brokers is being waited for. */
  get unansweredMs(): number {
    const sinceMs = this.#flights.oldest?.sentMs ?? this.#askedMs
    const ownMs = sinceMs === undefined ? 0 : this.#options.clock.monotonicMs() - sinceMs
    return Math.max(ownMs, this.#division.unansweredMs)
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Tells that the spool has more. */
  wake(): void {
    this.#wake.raise()
  }

  hold(): (() => void) | undefined {
    if (this.#isSending || this.#flights.count > 0) return undefined
    this.#isHeld = true
    return () => {
      this.#isHeld = false
      this.#wake.raise()
    }
  }

  /** Ships what is in the spool for at most `drainMs` more, then stops. */
  async close(drainMs: number): Promise<void> {
    this.#drainUntilMs = this.#options.clock.monotonicMs() + drainMs
    this.#closing = true
    this.#wake.raise()
    // a broker that accepts connections and answers nothing must not hold up the end
    const ended = Promise.all([this.#running, this.#division.hurry(drainMs)])
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, drainMs + 500).unref())])
    await this.#keeper.save(true)
  }

  get #isDone(): boolean {
    if (!this.#closing) return false
    const isEmpty = this.#state.ackedOffset >= this.#options.lane.log.stableOffset
    return isEmpty || this.#options.clock.monotonicMs() >= this.#drainUntilMs
  }

  async #run(): Promise<void> {
    while (!this.#isDone) {
      try {
        if (!this.#resumed) await this.#resume()
        if ((await this.#shipDivided()) || !(await this.#ship())) continue
        await this.#pause()
      } catch (error) {
        await this.#flights.settle()
        this.#resumed = false
        this.#report(error)
        await this.#pause()
      }
    }
  }

  async #pause(): Promise<void> {
    this.#figures.retries.add(1)
    const untilMs = this.#options.clock.monotonicMs() + this.#backoff.nextMs()
    // new data must not cut the wait short, the end of the agent must
    while (!this.#isDone) {
      const leftMs = untilMs - this.#options.clock.monotonicMs()
      if (leftMs <= 0) return
      await this.#wake.wait(Math.min(leftMs, this.#closing ? 100 : leftMs))
    }
  }

  #report(error: unknown): void {
    if (this.connected) this.#troubles.clear()
    this.connected = false
    const attributes = { topic: this.topic, error: messageOf(error) }
    this.#troubles.warn('cannot ship, trying on', attributes, codeOf(error) ?? '')
  }

  /** Finds topic, partition and producer, and where to go on. */
  async #resume(): Promise<void> {
    this.#askedMs = this.#options.clock.monotonicMs()
    try {
      await this.#binding.find()
    } finally {
      this.#askedMs = undefined
    }
    this.#resumed = true
    const { topic, partition } = this
    if (!this.connected) this.#options.logger.info('shipping', { topic, partition })
    this.connected = true
    this.#troubles.clear()
  }

  async #takeProducer(offset: number): Promise<void> {
    await this.#binding.takeProducer(offset)
    this.#refusedSequences = 0
  }

  /** Sends until something is in the way; true where a pause is due before going on, false where not. */
  async #ship(): Promise<boolean> {
    if (this.#state.ackedOffset < this.#options.lane.log.startOffset)
      await this.#takeProducer(this.#options.lane.log.startOffset)
    if (this.#state.ackedOffset >= this.#pieces.untilOffset) this.#pieces = whole
    const reader = this.#reader()
    this.#damaged = undefined
    while (!this.#isDone) {
      // what comes next was dropped meanwhile: all begins anew behind it
      if (!this.#isHeld && this.#state.ackedOffset < this.#options.lane.log.startOffset) return false
      const oldest = this.#flights.oldest
      if (oldest?.settled === true) {
        const problem = await this.#conclude(oldest)
        if (problem !== undefined) return problem === 'pause'
      } else if (this.#damaged !== undefined && oldest === undefined) {
        await this.#setAside(this.#damaged, 'its checksum is wrong')
        return false
      } else await this.#advance(reader)
    }
    // the time to drain is over: what is under way may still be answered, which the next start finds out
    this.#flights.forget()
    return false
  }

  /** Where the record that is due goes line by line: true once it has gone, or the time is over. */
  async #shipDivided(): Promise<boolean> {
    const offset = this.#state.ackedOffset
    if (this.#isHeld || offset < this.#options.lane.log.startOffset) return false
    this.#isSending = true
    try {
      const topicOffset = await this.#division.ship(offset)
      if (topicOffset === undefined) return false
      this.#state.topicOffset = Math.max(this.#state.topicOffset, topicOffset)
      if (!this.#division.isDone) return true
      await this.#takeProducer(offset + 1)
      await this.#division.forget(offset)
      return true
    } finally {
      this.#isSending = false
    }
  }

  #reader(): PieceReader {
    return new PieceReader(this.#options.lane.log, this.#state.ackedOffset, this.#pieces, this.#buffers)
  }

  /** Sends one more batch where that is allowed, else waits for something to change. */
  async #advance(reader: PieceReader): Promise<void> {
    const mayRead = this.#damaged === undefined && this.#flights.count < this.#window
    if (!mayRead || this.#isHeld || !(await this.#sendNext(reader))) await this.#idle()
  }

  /** False at the end of the lane. */
  async #sendNext(reader: PieceReader): Promise<boolean> {
    this.#isSending = true
    try {
      const batch = await reader.next()
      if (batch?.intact === true) await this.#sendInTime(batch)
      else this.#damaged = batch
      return batch !== undefined
    } finally {
      this.#isSending = false
    }
  }

  /** One until the broker is known to know the producer: it takes any first sequence, so the first must be the first. */
  get #window(): number {
    const isStale = this.#options.clock.monotonicMs() - this.#lastAnswerMs > forgetfulAfterMs
    return this.#state.producer?.established === true && !isStale ? maxInFlight : 1
  }

  async #idle(): Promise<void> {
    await this.#keeper.save(false)
    const waitMs = this.#closing ? 100 : this.#keeper.isSaved ? undefined : stateIntervalMs
    await this.#wake.wait(waitMs)
  }

  async #sendInTime(batch: SpooledBatch): Promise<void> {
    const waitMs = this.#options.rate?.take(batch.bytes.length) ?? 0
    if (waitMs > 0) {
      this.#troubles.warn('sending slower than it could', { limit: 'agent.limits.maxNetworkBytesPerSecond' })
      await sleep(waitMs)
    }
    this.#send(batch)
  }

  #send(batch: SpooledBatch): void {
    const { client } = this.#options
    // sent again with another shift it is read anew from the spool: a batch is stamped once
    stamp(batch, this.#state.producer as LaneProducer, this.#timeShift.ms)
    this.#flights.add(batch, client.produce(this.topic, this.partition, batch.bytes))
  }

  /** Takes note of the oldest batch's answer; answers how to go on where it was not a plain success. */
  async #conclude(flight: Flight): Promise<'pause' | 'again' | undefined> {
    const answer = await flight.answer
    const code = answer instanceof Error ? undefined : answer.errorCode
    const outcome = code === undefined ? 'unreachable' : outcomeOf(code, this.#corruptAnswers)
    if (outcome === 'done') {
      this.#flights.land()
      this.#acknowledge(flight, answer as ProduceResult)
      flight.batch.release?.()
      return undefined
    }
    await this.#flights.settle()
    this.#corruptAnswers = code === errorCodes.CORRUPT_MESSAGE ? this.#corruptAnswers + 1 : 0
    if (outcome === 'unreachable') throw answer
    const { errorCode, message } = answer as ProduceResult
    if (outcome === 'times') {
      this.#timeShift.widen()
      const attributes = { topic: this.topic, shiftMs: this.#timeShift.ms }
      this.#troubles.warn('the broker refuses our times: its clock or ours is off, moving them', attributes)
      return 'again'
    }
    if (outcome === 'refused') return await this.#refused(flight.batch, message ?? errorName(errorCode))
    return await this.#goBack(errorName(errorCode), outcome === 'resync')
  }

  /** What is refused as it is may go in halves, one record line by line; what is one line is set aside. */
  async #refused(batch: SpooledBatch, why: string): Promise<'again'> {
    const records = batch.nextOffset - batch.offset
    if (records > 1) this.#pieces = { mostRecords: records >> 1, untilOffset: batch.nextOffset }
    else if (!(await this.#division.make(batch, this.#state.binding))) await this.#setAside(batch, why)
    return 'again'
  }

  async #goBack(error: ErrorName, resync: boolean): Promise<'pause' | 'again'> {
    this.#troubles.warn('the broker refused a batch, trying on', { topic: this.topic, error }, error)
    // topic and partition are asked for again in either case: either may have gone
    this.#resumed = false
    if (!resync) return 'pause'
    if (++this.#refusedSequences > maxRefusedSequences || error === 'UNKNOWN_PRODUCER_ID') {
      this.#options.logger.warn('taking a new producer id', {
        topic: this.topic,
        offset: this.ackedOffset,
        error,
      })
      await this.#takeProducer(this.ackedOffset)
    }
    return this.#refusedSequences > 1 ? 'pause' : 'again'
  }

  #acknowledge(flight: Flight, answer: ProduceResult): void {
    const state = this.#state
    const { offset, nextOffset } = flight.batch
    const nowMs = this.#options.clock.monotonicMs()
    state.ackedOffset = nextOffset
    if (answer.baseOffset >= 0)
      state.topicOffset = Math.max(state.topicOffset, answer.baseOffset + nextOffset - offset)
    if (state.producer !== null) state.producer.established = true
    this.#lastAnswerMs = nowMs
    this.#corruptAnswers = 0
    this.#refusedSequences = 0
    this.#backoff.reset()
    this.#figures.records.add(nextOffset - offset)
    this.#figures.bytes.add(flight.batch.bytes.length)
    this.#figures.latency.record(nowMs - flight.sentMs)
    void this.#keeper.save(false)
  }

  /** Puts the batch that is due, and cannot go, aside. The gap it leaves in the sequence takes a new producer. */
  async #setAside(batch: SpooledBatch, why: string): Promise<void> {
    const { agentFolder, lane, place = lane.name } = this.#options
    const path = await quarantine(agentFolder, place, batch.offset, batch.bytes)
    const records = batch.nextOffset - batch.offset
    this.#figures.quarantined.add(records)
    this.#troubles.warn('a batch was set aside', { topic: this.topic, records, why, path }, 'quarantine')
    await this.#takeProducer(batch.nextOffset)
  }
}
