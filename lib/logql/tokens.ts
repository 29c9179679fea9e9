import { QueryError } from './error.ts'
import { type Token, tokenize } from './lexer.ts'

/** Goes through the tokens of a query. Errors: QUERY_INVALID, with the place. */
export class LogTokens {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokenize(text)
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token
  }

  /** The token so many behind the next one. */
  ahead(by: number): Token {
    return (this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)] ?? this.next) as Token
  }

  /** The token so many before the next one, or the first. */
  before(by: number): Token {
    return this.#tokens[Math.max(0, this.#at - by)] as Token
  }

  get isAtStart(): boolean {
    return this.#at === 0
  }

  get isEnd(): boolean {
    return this.next.kind === 'end'
  }

  /** Where the last token that was taken ends. */
  get lastEnd(): number {
    return this.#at === 0 ? 0 : (this.#tokens[this.#at - 1] as Token).end
  }

  take(): Token {
    const { next } = this
    if (next.kind !== 'end') this.#at++
    return next
  }

  isMark(...marks: readonly string[]): boolean {
    return this.next.kind === 'punctuation' && marks.includes(this.next.text)
  }

  isWord(...words: readonly string[]): boolean {
    return this.next.kind === 'name' && words.includes(this.next.text)
  }

  takesMark(mark: string): boolean {
    if (!this.isMark(mark)) return false
    this.#at++
    return true
  }

  takesWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.#at++
    return true
  }

  expectMark(mark: string, otherwise: string): Token {
    if (this.isMark(mark)) return this.take()
    throw this.error(`found ${describe(this.next)}, expected ${mark}`, this.next, otherwise)
  }

  /** A label; one with other characters than letters stands in quotes. */
  label(what: string): string {
    const token = this.take()
    if (token.kind === 'name' || (token.kind === 'string' && token.text !== '')) return token.text
    throw this.error(`found ${describe(token)}, expected ${what}`, token)
  }

  string(what: string): Token {
    const token = this.take()
    if (token.kind === 'string') return token
    const hint = token.kind === 'name' ? `write "${token.text}" in quotes` : undefined
    throw this.error(`found ${describe(token)}, expected ${what}`, token, hint)
  }

  error(message: string, token: Pick<Token, 'at'> = this.next, suggestion?: string): QueryError {
    return new QueryError(message, this.text, token.at, suggestion)
  }
}

export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the query'
  return token.kind === 'string' ? `the text "${token.text}"` : token.text
}
