/** Wakes those who wait for something to change; a wake while nobody waits is kept for the next one. */
export class Wake {
  #raised = false
  readonly #waiting = new Set<() => void>()

  raise(): void {
    this.#raised = true
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves when raised, or after `timeoutMs`. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#raised) await this.#next(timeoutMs)
    this.#raised = false
  }

  #next(timeoutMs: number | undefined): Promise<void> {
    return new Promise(resolve => {
      let timer: NodeJS.Timeout | undefined
      const wake = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      if (timeoutMs !== undefined) timer = setTimeout(wake, timeoutMs)
      this.#waiting.add(wake)
    })
  }
}
