import type { LogLine } from '../api/schemas.ts'
import { formatPositions, isBefore, type Positions, type TailPosition } from './positions.ts'
import type { TailSink } from './sink.ts'

/** Lines that wait for a slow reader; further ones are counted and left out. */
const maxWaiting = 2_000

/** A line out of the topic. */
export interface Seen {
  line: LogLine
  partition: number
}

/** One who follows: what waits to be sent, and how far what was sent goes. */
export class Follower {
  readonly #matches: (line: LogLine) => boolean
  #waiting: Seen[] = []
  #dropped = 0
  #wake: () => void = () => undefined
  readonly #sent = new Map<number, TailPosition>()
  /** Offsets that the topic has handed over, sent or not. */
  readonly #handed = new Map<number, number>()

  constructor(matches: (line: LogLine) => boolean) {
    this.#matches = matches
  }

  get positions(): Positions {
    return this.#sent
  }

  /** Nothing before these offsets is to be seen. */
  begin(start: ReadonlyMap<number, number> | undefined): void {
    for (const [partition, offset] of start ?? []) this.#sent.set(partition, { offset, index: 0 })
  }

  continue(from: Positions): void {
    for (const [partition, position] of from) this.#sent.set(partition, position)
  }

  /** All of the partition below the offset has been looked at. */
  passed(partition: number, offset: number): void {
    const at = this.#sent.get(partition)
    if (at === undefined || at.offset < offset) this.#sent.set(partition, { offset, index: 0 })
  }

  /** What the hub calls with new lines. */
  readonly take = (lines: readonly LogLine[], partition: number, nextOffset: number): void => {
    const sent = this.#sent.get(partition)
    for (const line of lines) {
      // the one reader of all may be behind what this follower has caught up with
      if (sent !== undefined && isBefore(line, sent)) continue
      if (!this.#matches(line)) continue
      if (this.#waiting.length < maxWaiting) this.#waiting.push({ line, partition })
      else this.#dropped++
    }
    this.#handed.set(partition, nextOffset)
    // what does not match moves the position with the next heartbeat
    if (this.#waiting.length > 0 || this.#dropped > 0) this.wake()
  }

  wake(): void {
    this.#wake()
  }

  /** Sends what waits, or a heartbeat; then waits for more. */
  async sendWaiting(sink: TailSink): Promise<void> {
    const lines = this.#waiting
    const dropped = this.#dropped
    const handed = [...this.#handed]
    this.#waiting = []
    this.#dropped = 0
    for (const seen of lines) await this.sendSeen(sink, seen)
    for (const [partition, offset] of handed) this.passed(partition, offset)
    if (dropped > 0) await this.sendDropped(sink, dropped)
    if (lines.length === 0 && dropped === 0) await this.#write(sink, 'heartbeat', {})
    if (this.#waiting.length > 0 || this.#dropped > 0) return
    await new Promise<void>(resolve => {
      this.#wake = resolve
    })
  }

  /** A line out of the store: it moves nothing in the topic. */
  async send(sink: TailSink, line: LogLine): Promise<void> {
    await this.#write(sink, 'log', line)
  }

  async sendSeen(sink: TailSink, { line, partition }: Seen): Promise<void> {
    const { offset, index } = line.source
    this.#sent.set(partition, { offset: Number(offset), index: index + 1 })
    await this.#write(sink, 'log', line)
  }

  async sendDropped(sink: TailSink, count: number): Promise<void> {
    await this.#write(sink, 'dropped', { count })
  }

  async #write(sink: TailSink, event: 'log' | 'dropped' | 'heartbeat', data: object): Promise<void> {
    await sink.send(event, data, formatPositions(this.#sent))
  }
}
