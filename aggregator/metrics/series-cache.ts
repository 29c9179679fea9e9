/**
 * Remembers what is costly to work out, by the bytes it was worked out from. Bounded: when one generation is full the
 * one before it is forgotten, so what is in use stays.
 */
export class SeriesCache<T> {
  #current = new Map<string, T>()
  #previous = new Map<string, T>()
  readonly #maxEntries: number

  constructor(maxEntries = 100_000) {
    this.#maxEntries = maxEntries
  }

  get(key: string, make: () => T): T {
    const known = this.#current.get(key)
    if (known !== undefined) return known
    const made = this.#previous.get(key) ?? make()
    if (this.#current.size >= this.#maxEntries) {
      this.#previous = this.#current
      this.#current = new Map()
    }
    this.#current.set(key, made)
    return made
  }
}
