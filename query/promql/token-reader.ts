import { QueryError, TokenCursor } from '../../lib/logql/index.ts'
import { type Token, tokensOf } from './lexer.ts'

/** The tokens of a query, taken one after another. Errors: QUERY_INVALID, with the place. */
export class TokenReader extends TokenCursor<Token> {
  constructor(text: string) {
    super(text, tokensOf(text))
  }

  /** The token behind the next one. */
  get second(): Token {
    return this.ahead(1)
  }

  /** Where the token before ends. */
  get endBefore(): number {
    return this.before(1)?.to ?? 0
  }

  isSign(...signs: readonly string[]): boolean {
    return this.is('sign', ...signs)
  }

  /** Keywords are such in any case. */
  isWord(...words: readonly string[]): boolean {
    return this.next.kind === 'name' && words.includes(this.next.text.toLowerCase())
  }

  takesSign(sign: string): boolean {
    return this.takes('sign', sign)
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
