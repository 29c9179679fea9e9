import type { Lag } from '../source.ts'
import { shownPath } from './file-path.ts'

interface Lagging {
  source: string
  lagBytes: number
}

/** Finds the sources that have the most to be read, of any number, without a list of all. */
export class MostLag {
  readonly #most: number
  #found: Lagging[] = []
  /** What has no more than this is not among them. */
  #floor = -1
  #bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  add(source: string, lagBytes: number): void {
    this.#bytes += lagBytes
    if (lagBytes <= this.#floor) return
    this.#found.push({ source, lagBytes })
    if (this.#found.length >= 2 * this.#most) this.#keepMost()
  }

  take(): Lag {
    this.#keepMost()
    const most = this.#found.map(({ source, lagBytes }) => ({ source: shownPath(source), lagBytes }))
    return { bytes: this.#bytes, most }
  }

  #keepMost(): void {
    this.#found.sort((a, b) => b.lagBytes - a.lagBytes)
    this.#found.length = Math.min(this.#found.length, this.#most)
    if (this.#found.length === this.#most) this.#floor = this.#found.at(-1)?.lagBytes ?? -1
  }
}
