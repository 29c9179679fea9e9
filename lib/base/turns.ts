/**
 * Does one thing after the other, in the order in which they were given. What fails is its giver's; the next is begun all
 * the same.
 *
 * @example
 * const turns = new Turns()
 * await Promise.all([turns.take(() => Promise.resolve(1)), turns.take(() => Promise.resolve(2))]) // => [1, 2]
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Resolves when all that was given so far is done. */
  async settled(): Promise<void> {
    await this.#last
  }
}
