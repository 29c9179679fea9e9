/** Goes through the tokens of a query; the last of them is of kind `end`, and is never passed. */
export class TokenCursor<T extends { kind: string; text: string }> {
  readonly text: string
  readonly #tokens: readonly T[]
  #at = 0

  constructor(text: string, tokens: readonly T[]) {
    this.text = text
    this.#tokens = tokens
  }

  get next(): T {
    return this.ahead(0)
  }

  /** The token so many behind the next one, or the last. */
  ahead(by: number): T {
    return this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)] as T
  }

  /** The token so many before the next one; undefined before the first. */
  before(by: number): T | undefined {
    return this.#tokens[this.#at - by]
  }

  get isEnd(): boolean {
    return this.next.kind === 'end'
  }

  take(): T {
    const { next } = this
    if (next.kind !== 'end') this.#at++
    return next
  }

  /** Whether the next token is one of these. */
  protected is(kind: T['kind'], ...texts: readonly string[]): boolean {
    return this.next.kind === kind && texts.includes(this.next.text)
  }

  /** Takes the next token where it is this one. */
  protected takes(kind: T['kind'], text: string): boolean {
    const is = this.is(kind, text)
    if (is) this.take()
    return is
  }
}
