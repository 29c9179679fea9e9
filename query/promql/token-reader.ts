import { QueryError } from '../../lib/logql/index.ts'
import { type Token, tokensOf } from './lexer.ts'

/** Goes through the tokens of a query. Errors: QUERY_INVALID, with the place. */
export class TokenReader {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokensOf(text)
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token
  }

  get isEnd(): boolean {
    return this.next.kind === 'end'
  }

  /** The token behind the next one. */
  get second(): Token {
    return (this.#tokens[this.#at + 1] ?? this.next) as Token
  }

  /** Where the token before ends. */
  get endBefore(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0
  }

  take(): Token {
    const { next } = this
    if (next.kind !== 'end') this.#at++
    return next
  }

  isSign(...signs: readonly string[]): boolean {
    return this.next.kind === 'sign' && signs.includes(this.next.text)
  }

  /** Keywords are such in any case. */
  isWord(...words: readonly string[]): boolean {
    return this.next.kind === 'name' && words.includes(this.next.text.toLowerCase())
  }

  takesSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.take()
    return true
  }

  takesWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.take()
    return true
  }

  expectSign(sign: string, where: string): Token {
    if (this.isSign(sign)) return this.take()
    throw this.unexpected(where, `expected "${sign}"`)
  }

  unexpected(where: string, suggestion?: string): QueryError {
    const { next } = this
    const found = this.text.slice(next.from, next.to)
    const message = next.kind === 'end' ? 'the query ends too early' : `unexpected ${found} in ${where}`
    return this.error(message, next.from, suggestion)
  }

  error(message: string, at: number, suggestion?: string): QueryError {
    return new QueryError(message, this.text, at, suggestion)
  }
}
