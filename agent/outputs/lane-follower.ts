import { type Clock, codeOf, type Logger, messageOf, OnceAMinute, Wake } from '../../lib/base/index.ts'
import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import { Backoff } from '../ship/backoff.ts'
import { BatchReader, type SpooledBatch } from '../ship/batch-reader.ts'
import { quarantine } from '../ship/quarantine.ts'
import type { Lane, LaneReader } from '../spool/lane.ts'
import type { Output, OutputRecord } from './output.ts'
import { readOutputState, writeOutputState } from './state.ts'

const stateIntervalMs = 1_000

export interface LaneFollowerOptions {
  lane: Pick<Lane, 'name' | 'signal' | 'log'>
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
    const { output, lane } = this.#options
    if (!batch.intact) {
      await this.#setAside(batch, 'its bytes in the spool are damaged')
      return
    }
    const cursor = new BatchCursor(batch.bytes)
    cursor.next()
    const records: OutputRecord[] = []
    for (const { value } of readRecords(cursor))
      if (value !== null && value.length > 0) records.push({ signal: lane.signal, value: Buffer.from(value) })
    try {
      if (records.length > 0) await output.send(records)
    } catch (error) {
      if (codeOf(error) !== 'OUTPUT_REFUSED') throw error
      await this.#setAside(batch, messageOf(error))
    }
  }

  async #setAside(batch: SpooledBatch, why: string): Promise<void> {
    const { agentFolder, name, lane } = this.#options
    const path = await quarantine(agentFolder, `${name}-${lane.name}`, batch.offset, batch.bytes)
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
