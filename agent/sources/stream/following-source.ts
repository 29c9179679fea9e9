import { Wake } from '../../../lib/base/index.ts'
import type { Intake } from '../intake.ts'
import { type Lag, noLag, type Source } from '../source.ts'

/** A source that follows something in a loop of its own: what such sources share. */
export abstract class FollowingSource implements Source {
  readonly addresses = {}
  protected readonly intake: Intake
  protected readonly wake = new Wake()
  protected isClosing = false
  #running: Promise<void> | undefined

  constructor(intake: Intake) {
    this.intake = intake
  }

  /** Runs until `isClosing`. */
  protected abstract run(): Promise<void>
  /** Ends what is being followed, so that `run` comes to its end. */
  protected abstract stop(): void

  begin(): void {
    this.#running = this.run()
  }

  lag(): Lag {
    return noLag
  }

  completeBeforeMs(nowMs: number): number {
    return this.intake.completeBeforeMs(nowMs)
  }

  async close(): Promise<void> {
    this.isClosing = true
    this.wake.raise()
    this.stop()
    await this.#running
  }
}
