import { messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import { FieldsReader } from '../../records/from-fields.ts'
import { originOf } from '../../records/origin.ts'
import type { SourceHost } from '../source.ts'
import type { Happening } from './happening.ts'

/** They wait so long for others, so that a flood makes few requests. */
const gatherMs = 100
const maxWaiting = 10_000

type Options = Pick<SourceHost, 'intake' | 'clock' | 'metrics' | 'hostName'> & { service: string }

/** Makes log records of events and service checks; who sends them is told of nothing, so what has no room is dropped and counted. */
export class Happenings {
  readonly #options: Options
  readonly #troubles: OnceAMinute
  readonly #dropped: { add(amount: number): void }
  #waiting: Happening[] = []
  #timer: NodeJS.Timeout | undefined
  #taking: Promise<void> | undefined

  constructor(options: Options, troubles: OnceAMinute) {
    this.#options = options
    this.#troubles = troubles
    this.#dropped = options.metrics.counter('millrace.agent.statsd.dropped', {
      unit: '{event}',
      description: 'events and service checks dropped because the spool was slower than their senders',
    })
  }

  add(happening: Happening): void {
    if (this.#waiting.length < maxWaiting) {
      this.#waiting.push(happening)
      this.#timer ??= setTimeout(() => void this.#hand(), gatherMs)
      return
    }
    this.#dropped.add(1)
    this.#troubles.warn('dropping statsd events: the spool is slower than their senders')
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#taking
    await this.#hand()
  }

  /** One request after the other. */
  async #hand(): Promise<void> {
    this.#timer = undefined
    await this.#taking
    if (this.#waiting.length === 0) return
    this.#taking = this.#take(this.#waiting.splice(0))
    await this.#taking
  }

  async #take(happenings: readonly Happening[]): Promise<void> {
    const { intake, clock, hostName, service } = this.#options
    const batch = intake.logs()
    const reader = new FieldsReader(batch.draft, () => clock.nowMs(), 'none')
    batch.draft.origin = originOf({ service, host: hostName, scope: 'millrace.statsd' })
    for (const { fields, context } of happenings) {
      reader.read(fields, context)
      batch.add()
    }
    try {
      await intake.attend(() => intake.takeSlowly(batch.finish()))
    } catch (error) {
      this.#troubles.warn('statsd events were not taken', { error: messageOf(error) })
    }
  }
}
