import { OperatingError } from '../base/index.ts'

/** A query that cannot be understood, with the place (1-based) and, where one is near, what may have been meant. */
export class QueryError extends OperatingError {
  readonly line: number
  readonly column: number
  readonly suggestion: string | undefined

  constructor(message: string, text: string, at: number, suggestion?: string) {
    super('QUERY_INVALID', message)
    const before = text.slice(0, at)
    this.line = before.split('\n').length
    this.column = at - before.lastIndexOf('\n')
    this.suggestion = suggestion
  }
}
