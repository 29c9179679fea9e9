import { OperatingError } from '../base/index.ts'

/** A pattern that RE2 does not take, with the place in it (in UTF-16 units, from 0) and, where one is known, a remedy. */
export class Re2SyntaxError extends OperatingError {
  readonly at: number
  readonly suggestion: string | undefined

  constructor(reason: string, at: number, suggestion?: string) {
    super('RE2_SYNTAX', reason)
    this.at = at
    this.suggestion = suggestion
  }
}
