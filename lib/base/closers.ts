/** Undoes a start in reverse order: what was opened last is closed first, and one failure does not keep the rest open. */
export class Closers {
  #steps: { name: string; close: () => void | Promise<void> }[] = []
  #closing: Promise<void> | undefined

  add(name: string, close: () => void | Promise<void>): void {
    this.#steps.push({ name, close })
  }

  /** Safe to call more than once. Throws an AggregateError naming each step that failed, after all have run. */
  close(): Promise<void> {
    this.#closing ??= this.#run()
    return this.#closing
  }

  async #run(): Promise<void> {
    const failures: Error[] = []
    for (const { name, close } of this.#steps.reverse()) {
      try {
        await close()
      } catch (error) {
        failures.push(new Error(`closing ${name} failed`, { cause: error }))
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(f => f.message).join(', '))
  }
}
