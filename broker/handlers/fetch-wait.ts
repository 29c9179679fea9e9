import type { Deadlines } from '../deadlines.ts'
import type { Waiter, Watched } from '../partitions/waiters.ts'

/** The most one response carries, whatever the client allows: bounds what a slow client makes us keep. */
export const maxResponseBytes = 8_388_608
export const longestWaitMs = 300_000

/** One parked fetch: waits until its partitions have grown by enough bytes. */
export class FetchWait implements Waiter {
  #missingBytes: number
  readonly #isCommittedOnly: boolean
  readonly #partitions: Watched[] = []
  readonly #enough = Promise.withResolvers<void>()

  constructor(minBytes: number, isCommittedOnly: boolean) {
    this.#missingBytes = minBytes
    this.#isCommittedOnly = isCommittedOnly
  }

  watch(partition: Watched): void {
    this.#partitions.push(partition)
    partition.waiters.add(this)
  }

  /** Resolves when there is enough, when a partition goes, or after the time. */
  async done(maxWaitMs: number, deadlines: Deadlines): Promise<void> {
    if (this.#missingBytes <= 0) return
    const deadline = deadlines.after(maxWaitMs, () => this.#enough.resolve())
    await this.#enough.promise
    deadline.cancel()
  }

  end(): void {
    for (const partition of this.#partitions) partition.waiters.remove(this)
  }

  onGrowth(bytes: number, stableBytes: number): void {
    this.#missingBytes -= this.#isCommittedOnly ? stableBytes : bytes
    if (this.#missingBytes <= 0) this.#enough.resolve()
  }

  onGone(): void {
    this.#enough.resolve()
  }
}
