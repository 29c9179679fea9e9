/** A line on standard error that is overwritten, where that is a terminal; nothing where it is not. */
export class Progress {
  readonly #isShown: boolean
  readonly #intervalMs: number
  #lastMs = Number.NEGATIVE_INFINITY
  #isThere = false

  constructor(isShown = process.stderr.isTTY === true && process.stdout.isTTY !== true, intervalMs = 200) {
    this.#isShown = isShown
    this.#intervalMs = intervalMs
  }

  say(text: string): void {
    const nowMs = performance.now()
    if (!this.#isShown || nowMs - this.#lastMs < this.#intervalMs) return
    this.#lastMs = nowMs
    this.#isThere = true
    process.stderr.write(`\r\u001b[K${text}`)
  }

  clear(): void {
    if (this.#isThere) process.stderr.write('\r\u001b[K')
    this.#isThere = false
  }
}
