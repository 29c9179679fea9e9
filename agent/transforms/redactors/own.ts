import { compileRe2, type Re2 } from '../../../lib/re2/index.ts'
import type { Redactor } from './redactor.ts'

/** A regular expression from the configuration: all that it matches, or one group of it. */
export class OwnRedactor implements Redactor {
  readonly kind: string
  readonly triggers = []
  readonly seesParts = false
  matchStart = 0
  matchEnd = 0
  readonly #pattern: Re2
  readonly #group: number
  #text = ''
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0

  /** `group`: the number or name of one that the pattern has. */
  constructor(kind: string, pattern: string, group: number | string) {
    this.kind = kind
    this.#pattern = compileRe2(pattern)
    this.#group = typeof group === 'number' ? group : this.#pattern.groupNames.indexOf(group)
  }

  mayHold(bytes: Buffer, start: number, end: number): boolean {
    this.#text = bytes.toString('utf8', start, end)
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    return this.#pattern.test(this.#text)
  }

  /** In the text that `mayHold` was asked about last. */
  find(_: Buffer, start: number, from: number): boolean {
    const text = this.#text
    for (let at = this.#unitsTo(from - start); at <= text.length; ) {
      const ranges = this.#pattern.exec(text, at)?.ranges
      if (ranges === undefined) return false
      const first = ranges[this.#group * 2] ?? -1
      const stop = ranges[this.#group * 2 + 1] ?? -1
      if (stop > first && first >= 0) {
        this.matchStart = start + this.#bytesTo(first)
        this.matchEnd = start + this.#bytesTo(stop)
        return true
      }
      at = Math.max(ranges[1] as number, at + 1)
    }
    return false
  }

  normal(match: string): string {
    return match
  }

  get #isAscii(): boolean {
    return this.#text.length === this.#end - this.#start
  }

  #bytesTo(units: number): number {
    return this.#isAscii ? units : Buffer.byteLength(this.#text.slice(0, units))
  }

  #unitsTo(count: number): number {
    if (this.#isAscii) return count
    return this.#bytes.toString('utf8', this.#start, this.#start + count).length
  }
}
