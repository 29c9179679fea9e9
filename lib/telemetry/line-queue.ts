import type { Clock, LogEntry, LogLevel } from '../base/index.ts'
import { type LogRecordInput, nanosOfMs } from '../otlp/index.ts'
import { RateLimit } from './rate-limit.ts'

/** A process tells so much about itself and no more: what goes wrong in a loop must not become load. */
const linesPerSecond = 20
/** What waits to be sent; the newest beyond it are let go. */
const maxLines = 2_000

/** OpenTelemetry's severity numbers. Source: its logs data model. */
const severities: Readonly<Record<LogLevel, number>> = { debug: 5, info: 9, warn: 13, error: 17 }

/** Log lines of this process until they are sent; those marked `local` stay out. */
export class LineQueue {
  readonly #limit = new RateLimit(linesPerSecond)
  readonly #clock: Clock
  #lines: LogRecordInput[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add({ local, timeMs, level, message, component, attributes }: LogEntry): void {
    if (local || this.#lines.length >= maxLines || !this.#limit.allows(timeMs)) return
    this.#lines.push({
      time: nanosOfMs(timeMs),
      observed: nanosOfMs(this.#clock.nowMs()),
      severityNumber: severities[level],
      severityText: level,
      body: message,
      attributes: { ...attributes, component },
    })
  }

  /** All that waits; they are the caller's from now on. */
  take(): LogRecordInput[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }
}
