import { type Clock, codeOf, type Logger, messageOf, OnceAMinute, Wake } from '../../lib/base/index.ts'
import { divideRecord } from '../records/divide.ts'
import { type LaneRecord, laneRecords, writeLaneBatch } from '../records/lane-records.ts'
import { Backoff } from '../ship/backoff.ts'
import { BatchReader, type SpooledBatch } from '../ship/batch-reader.ts'
import { quarantine } from '../ship/quarantine.ts'
import type { Lane, LaneReader } from '../spool/lane.ts'
import { type Behind, behindOf } from './behind.ts'
import type { Output } from './output.ts'
import { readOutputState, writeOutputState } from './state.ts'

const stateIntervalMs = 1_000
/** Tries to find what of a batch it is that is refused; beyond, all that is left counts as refused. */
const maxRefusals = 256

export interface LaneFollowerOptions {
  lane: Pick<Lane, 'name' | 'signal' | 'log' | 'unshippedBytes'>
  output: Output
  name: string
  agentFolder: string
  clock: Clock
  logger: Logger
  random: () => number
}

/**
 * Carries one lane of the spool to an output, batch by batch, in order: each again and again until it is taken. What was
 * taken is noted once a second, so that after a crash the last of it is sent twice: at least once.
 */
export class LaneFollower implements LaneReader {
  readonly #options: LaneFollowerOptions
  readonly #wake = new Wake()
  readonly #backoff: Backoff
  readonly #troubles: OnceAMinute
  #ackedOffset = 0
  #savedOffset = -1
  #savedMs = 0
  /** When the other side began to take nothing, on the monotonic clock. */
  #failingSinceMs: number | undefined
  #closing = false
  #drainUntilMs = Number.POSITIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(options: LaneFollowerOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  get ackedOffset(): number {
    return this.#ackedOffset
  }

  /** For how long the other side has taken nothing of what it was sent; milliseconds. */
  get failingMs(): number {
    const { clock } = this.#options
    return this.#failingSinceMs === undefined ? 0 : clock.monotonicMs() - this.#failingSinceMs
  }

  get behind(): Behind {
    return behindOf(this.#options.lane, this.#ackedOffset)
  }

  /** What its batches are called that are set aside. */
  get place(): string {
    return `${this.#options.name}-${this.#options.lane.name}`
  }

  wake(): void {
    this.#wake.raise()
  }

  /** Errors: SPOOL_STATE_INVALID. */
  async open(): Promise<void> {
    const { agentFolder, name, lane } = this.#options
    const saved = await readOutputState(agentFolder, name, lane.name)
    this.#ackedOffset = Math.min(Math.max(saved ?? 0, lane.log.startOffset), lane.log.endOffset)
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(drainMs: number): Promise<void> {
    this.#drainUntilMs = this.#options.clock.monotonicMs() + drainMs
    this.#closing = true
    this.#wake.raise()
    await Promise.race([this.#running, new Promise(resolve => setTimeout(resolve, drainMs + 500).unref())])
    await this.#save()
  }

  get #isDone(): boolean {
    if (!this.#closing) return false
    const isEmpty = this.#ackedOffset >= this.#options.lane.log.stableOffset
    return isEmpty || this.#options.clock.monotonicMs() >= this.#drainUntilMs
  }

  async #run(): Promise<void> {
    while (!this.#isDone) {
      try {
        if (await this.#follow()) await this.#wake.wait(stateIntervalMs)
        await this.#saveDue()
      } catch (error) {
        this.#failingSinceMs ??= this.#options.clock.monotonicMs()
        this.#troubles.warn(
          'an output takes nothing, trying on',
          { error: messageOf(error) },
          codeOf(error) ?? '',
        )
        await this.#wake.wait(this.#closing ? 100 : this.#backoff.nextMs())
      }
    }
  }

  /** Sends what there is; true at the end of the lane. */
  async #follow(): Promise<boolean> {
    const { log } = this.#options.lane
    let reader = new BatchReader(log, this.#ackedOffset)
    for (;;) {
      if (this.#isDone) return true
      if (this.#ackedOffset < log.startOffset) {
        this.#skipDropped(log.startOffset)
        reader = new BatchReader(log, this.#ackedOffset)
      }
      const batch = await reader.next()
      if (batch === undefined) return true
      await this.#send(batch)
      this.#ackedOffset = batch.nextOffset
      this.#failingSinceMs = undefined
      this.#backoff.reset()
      await this.#saveDue()
    }
  }

  /** A full spool has let its oldest go, which this output had not yet carried. */
  #skipDropped(startOffset: number): void {
    const { lane } = this.#options
    const attributes = { lane: lane.name, records: startOffset - this.#ackedOffset }
    this.#troubles.warn('an output missed what a full spool dropped', attributes, 'dropped')
    this.#ackedOffset = startOffset
  }

  async #send(batch: SpooledBatch): Promise<void> {
    if (!batch.intact) {
      await this.#setAside(batch, 'its bytes in the spool are damaged')
      return
    }
    const records = laneRecords(batch.bytes).filter(({ value }) => value.length > 0)
    const refusals: string[] = []
    const refused = await this.#sendTakeable(records, refusals)
    if (refused.length === 0) return
    await this.#setAside({ ...batch, bytes: writeLaneBatch(refused) }, refusals.at(-1) ?? '')
  }

  /** Errors: OUTPUT_REFUSED, OUTPUT_UNAVAILABLE. */
  async send(records: readonly LaneRecord[]): Promise<void> {
    const { output, lane } = this.#options
    await output.send(records.map(({ value }) => ({ signal: lane.signal, value })))
  }

  /** What is refused goes in halves, one record line by line. Answers what is left that is not taken. */
  async #sendTakeable(records: readonly LaneRecord[], refusals: string[]): Promise<readonly LaneRecord[]> {
    if (records.length === 0 || refusals.length >= maxRefusals) return records
    try {
      await this.send(records)
      return []
    } catch (error) {
      if (codeOf(error) !== 'OUTPUT_REFUSED') throw error
      refusals.push(messageOf(error))
    }
    const [first] = records
    const { signal } = this.#options.lane
    const parts = records.length === 1 && first !== undefined ? divideRecord(signal, first) : records
    if (parts.length === 1) return parts
    const half = parts.length >> 1
    const left = await this.#sendTakeable(parts.slice(0, half), refusals)
    return [...left, ...(await this.#sendTakeable(parts.slice(half), refusals))]
  }

  async #setAside(batch: SpooledBatch, why: string): Promise<void> {
    const { agentFolder, lane } = this.#options
    const path = await quarantine(agentFolder, this.place, batch.offset, batch.bytes)
    this.#troubles.warn('a batch was set aside', { lane: lane.name, why, path }, 'quarantine')
  }

  async #saveDue(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs()
    if (nowMs - this.#savedMs < stateIntervalMs) return
    this.#savedMs = nowMs
    await this.#save()
  }

  async #save(): Promise<void> {
    if (this.#savedOffset === this.#ackedOffset) return
    const { agentFolder, name, lane } = this.#options
    const offset = this.#ackedOffset
    await writeOutputState(agentFolder, name, lane.name, offset)
    this.#savedOffset = offset
  }
}
