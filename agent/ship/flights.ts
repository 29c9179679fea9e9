import type { Clock } from '../../lib/base/index.ts'
import type { ProduceResult } from '../../lib/kafka/client/index.ts'
import type { SpooledBatch } from './batch-reader.ts'

export interface Flight {
  batch: SpooledBatch
  sentMs: number
  settled: boolean
  answer: Promise<ProduceResult | Error>
}

/** The batches of a lane that are under way, in the order in which they were sent. */
export class Flights {
  readonly #clock: Clock
  readonly #onSettled: () => void
  #flights: Flight[] = []

  constructor(clock: Clock, onSettled: () => void) {
    this.#clock = clock
    this.#onSettled = onSettled
  }

  get count(): number {
    return this.#flights.length
  }

  get oldest(): Flight | undefined {
    return this.#flights[0]
  }

  add(batch: SpooledBatch, asked: Promise<ProduceResult>): void {
    const answer = asked.catch((error: unknown) => asError(error))
    const flight: Flight = { batch, sentMs: this.#clock.monotonicMs(), settled: false, answer }
    this.#flights.push(flight)
    void answer.then(() => {
      flight.settled = true
      this.#onSettled()
    })
  }

  /** The oldest is done with. */
  land(): void {
    this.#flights.shift()
  }

  forget(): void {
    this.#flights = []
  }

  /** Resolves when all are answered; none is under way then. */
  async settle(): Promise<void> {
    await Promise.all(this.#flights.map(({ answer }) => answer))
    this.#flights = []
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
