import { type SqlParams, type StoreAnswer, StoreReader } from '../../../query/store-reader.ts'

/** Tells how long the store was asked for, questions at one time counted once: what is above that is ours. */
export class TimedReader extends StoreReader {
  #open = 0
  #sinceMs = 0
  #totalMs = 0

  /** Milliseconds since the last time it was asked. */
  take(): number {
    const total = this.#totalMs
    this.#totalMs = 0
    return total
  }

  override async rows<T>(sql: string, params: SqlParams, signal: AbortSignal): Promise<StoreAnswer<T>> {
    return await this.#timed(() => super.rows<T>(sql, params, signal))
  }

  override async each<T>(
    sql: string,
    params: SqlParams,
    signal: AbortSignal,
    take: (row: T, bytes: number) => boolean,
  ): Promise<void> {
    await this.#timed(() => super.each(sql, params, signal, take))
  }

  async #timed<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#open++ === 0) this.#sinceMs = performance.now()
    try {
      return await ask()
    } finally {
      if (--this.#open === 0) this.#totalMs += performance.now() - this.#sinceMs
    }
  }
}
