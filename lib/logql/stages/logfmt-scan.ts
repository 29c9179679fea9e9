import { parsedString } from './json-string.ts'

/** What a logfmt line is not. */
export class LogfmtError extends Error {}

const tab = 0x20

/** The pairs of a logfmt line. Without `strict` what cannot be read is passed over up to the next blank; a quote that is not closed takes all that follows. Source: go-logfmt. */
export class LogfmtScan {
  readonly #line: string
  readonly #strict: boolean
  #at = 0

  constructor(line: string, strict: boolean) {
    this.#line = line
    this.#strict = strict
  }

  /** Throws LogfmtError, with `strict` only. */
  pairs(take: (key: string, value: string) => void): void {
    while (this.#skipBlanks()) {
      const key = this.#key()
      if (key === undefined) this.#skipWord()
      else if (this.#line[this.#at] !== '=') take(key, '')
      else {
        this.#at++
        const value = this.#value()
        if (value !== undefined) take(key, value)
      }
    }
  }

  #skipBlanks(): boolean {
    while (this.#at < this.#line.length && this.#line.charCodeAt(this.#at) <= tab) this.#at++
    return this.#at < this.#line.length
  }

  #skipWord(): undefined {
    while (this.#at < this.#line.length && this.#line.charCodeAt(this.#at) > tab) this.#at++
  }

  #key(): string | undefined {
    const start = this.#at
    for (; this.#at < this.#line.length; this.#at++) {
      const code = this.#line.charCodeAt(this.#at)
      if (code <= tab || code === 0x3d) break
      if (code === 0x22) return this.#refuse("unexpected '\"'")
    }
    const key = this.#line.slice(start, this.#at)
    if (key === '') return this.#refuse("unexpected '='")
    return key.includes('\ufffd') ? this.#refuse('invalid key') : key
  }

  #value(): string | undefined {
    if (this.#line[this.#at] === '"') return this.#quoted()
    const start = this.#at
    for (; this.#at < this.#line.length; this.#at++) {
      const code = this.#line.charCodeAt(this.#at)
      if (code <= tab) break
      if (code === 0x3d || code === 0x22) {
        this.#refuse(`unexpected '${this.#line[this.#at]}'`)
        return this.#skipWord()
      }
    }
    return this.#line.slice(start, this.#at)
  }

  #quoted(): string | undefined {
    const start = this.#at
    let hasEscapes = false
    for (let at = start + 1; at < this.#line.length; at++) {
      if (this.#line[at] === '\\') {
        hasEscapes = true
        at++
      } else if (this.#line[at] === '"') {
        this.#at = at + 1
        return hasEscapes ? this.#unescaped(this.#line.slice(start, at + 1)) : this.#line.slice(start + 1, at)
      }
    }
    this.#at = this.#line.length
    return this.#refuse('unterminated quoted value')
  }

  #unescaped(literal: string): string | undefined {
    try {
      const plain = literal.replaceAll(/\\./gs, found => (found === "\\'" ? "'" : found))
      return parsedString(plain).toWellFormed()
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return this.#refuse('invalid quoted value')
    }
  }

  #refuse(what: string): undefined {
    if (this.#strict) throw new LogfmtError(`logfmt syntax error at pos ${this.#at + 1} : ${what}`)
    return undefined
  }
}
