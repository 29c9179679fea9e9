import { QueryError, TokenCursor } from '../logql/index.ts'
import { type Token, tokenize } from './lexer.ts'

/** Parentheses and braces in one another. */
export const maxDepth = 64

/** The tokens of a query, taken one after another. Its errors are QueryErrors with the place of a token. */
export class TokenReader extends TokenCursor<Token> {
  constructor(text: string) {
    super(text, tokenize(text))
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.ahead(ahead)
    return token.kind === 'mark' && token.text === text
  }

  isName(text: string): boolean {
    return this.is('name', text)
  }

  takeIf(mark: string): boolean {
    return this.takes('mark', mark)
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
    if (depth > maxDepth) throw this.error(this.next, 'parentheses are nested too deep')
  }
}

export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the query'
  return token.kind === 'string' ? `the text "${token.text}"` : token.prefix + token.text
}
