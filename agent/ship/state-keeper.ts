import { type Clock, messageOf, type OnceAMinute, Turns } from '../../lib/base/index.ts'
import { type LaneState, writeLaneState } from './lane-state.ts'

/** How often it is written how far shipping got: what is missing after a crash the broker knows. */
export const stateIntervalMs = 1_000

/** Keeps a lane's state on disk, behind what is in memory by a second at most. */
export class StateKeeper {
  readonly #folder: string
  readonly #state: LaneState
  readonly #clock: Clock
  readonly #troubles: OnceAMinute
  #savedMs = 0
  #saved = ''
  readonly #turns = new Turns()

  constructor(folder: string, state: LaneState, clock: Clock, troubles: OnceAMinute) {
    this.#folder = folder
    this.#state = state
    this.#clock = clock
    this.#troubles = troubles
  }

  get isSaved(): boolean {
    return this.#saved === JSON.stringify(this.#state)
  }

  /** Writes it, now or once the interval is over; only what must be known on disk at once throws. */
  async save(now: boolean): Promise<void> {
    if (!now && this.#clock.monotonicMs() - this.#savedMs < stateIntervalMs) return
    const text = JSON.stringify(this.#state)
    if (text === this.#saved) return
    this.#savedMs = this.#clock.monotonicMs()
    this.#saved = text
    const state = JSON.parse(text) as LaneState
    try {
      await this.#turns.take(() => writeLaneState(this.#folder, state))
    } catch (error) {
      this.#saved = ''
      if (now) throw error
      const attributes = { folder: this.#folder, error: messageOf(error) }
      this.#troubles.warn('cannot write how far shipping got', attributes)
    }
  }
}
