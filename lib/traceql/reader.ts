import { QueryError } from '../logql/index.ts'
import { type Token, tokenize } from './lexer.ts'

/** Parentheses and braces in one another. */
export const maxDepth = 64

/** The tokens of a query, taken one after another. Its errors are QueryErrors with the place of a token. */
export class TokenReader {
  readonly text: string
  readonly #tokens: Token[]
  #next = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokenize(text)
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token
  }

  take(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#next++
    return token
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'mark' && token.text === text
  }

  isName(text: string): boolean {
    const token = this.peek()
    return token.kind === 'name' && token.text === text
  }

  takeIf(mark: string): boolean {
    const is = this.isMark(mark)
    if (is) this.#next++
    return is
  }

  expect(mark: string, hint?: string): void {
    const token = this.take()
    if (token.kind !== 'mark' || token.text !== mark)
      throw this.error(token, `found ${describe(token)}, expected ${mark}`, hint)
  }

  error(token: Token, message: string, hint?: string): QueryError {
    return new QueryError(message, this.text, token.at, hint)
  }

  checkDepth(depth: number): void {
    if (depth > maxDepth) throw this.error(this.peek(), 'parentheses are nested too deep')
  }
}

export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the query'
  return token.kind === 'string' ? `the text "${token.text}"` : token.prefix + token.text
}
