import { QueryError } from './error.ts'
import { type Token, tokenize } from './lexer.ts'
import { TokenCursor } from './token-cursor.ts'

/** The tokens of a query, taken one after another. Errors: QUERY_INVALID, with the place. */
export class LogTokens extends TokenCursor<Token> {
  constructor(text: string) {
    super(text, tokenize(text))
  }

  get isAtStart(): boolean {
    return this.before(1) === undefined
  }

  /** Where the last token that was taken ends. */
  get lastEnd(): number {
    return this.before(1)?.end ?? 0
  }

  isMark(...marks: readonly string[]): boolean {
    return this.is('punctuation', ...marks)
  }

  /** Words of the language are written in any case. */
  isWord(...words: readonly string[]): boolean {
    return this.next.kind === 'name' && words.includes(this.next.text.toLowerCase())
  }

  takesMark(mark: string): boolean {
    return this.takes('punctuation', mark)
  }

  takesWord(word: string): boolean {
    const is = this.isWord(word)
    if (is) this.take()
    return is
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
