/** Lets so many through at a time; the rest wait in line, and past the line's end they are refused with an error of the owner's. */
export class Gate {
  readonly #limit: number
  readonly #maxWaiting: number
  readonly #refusal: (waiting: number) => Error
  #running = 0
  readonly #waiting: { enter: () => void; signal: AbortSignal }[] = []

  constructor(limit: number, maxWaiting: number, refusal: (waiting: number) => Error) {
    this.#limit = limit
    this.#maxWaiting = maxWaiting
    this.#refusal = refusal
  }

  get running(): number {
    return this.#running
  }
  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves when there is room; rejects when the line is full, or when the signal is aborted meanwhile. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#running < this.#limit) this.#running++
    else await this.#wait(signal)
    let left = false
    return () => {
      if (left) return
      left = true
      this.#leave()
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) throw this.#refusal(this.#waiting.length)
    return new Promise((resolve, reject) => {
      const waiter = { enter: resolve, signal }
      this.#waiting.push(waiter)
      signal.addEventListener(
        'abort',
        () => {
          const at = this.#waiting.indexOf(waiter)
          if (at < 0) return
          this.#waiting.splice(at, 1)
          reject(signal.reason)
        },
        { once: true },
      )
    })
  }

  /** The place goes to the next in line, if there is one. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running--
    else next.enter()
  }
}
