import type { Expression, Moment, Selector, Subquery } from './ast.ts'
import { type DurationContext, DurationParser, signedNumber } from './duration.ts'
import { asksForSomething } from './parse-selector.ts'
import type { TokenReader } from './token-reader.ts'
import { typeOf } from './types.ts'

/** Reads what stands behind an expression. Source: Prometheus querying/basics, range vectors, modifiers, subqueries. */
export class ModifierParser {
  readonly #tokens: TokenReader
  readonly #durations: DurationParser

  constructor(tokens: TokenReader, context: DurationContext) {
    this.#tokens = tokens
    this.#durations = new DurationParser(tokens, context)
  }

  /** What may stand behind an expression: a range, `offset`, `@`, `anchored` and `smoothed`, in any order. */
  read(given: Expression): Expression {
    const tokens = this.#tokens
    let expression = given
    for (;;) {
      if (tokens.isSign('[')) expression = this.#range(expression)
      else if (tokens.takesWord('offset')) expression = this.#offset(expression)
      else if (tokens.takesSign('@')) expression = this.#at(expression)
      else if (tokens.isWord('anchored', 'smoothed')) expression = this.#extended(expression)
      else return expression
      expression = { ...expression, to: tokens.endBefore }
    }
  }

  /** A selector that asks for something. Errors: QUERY_INVALID. */
  checked(expression: Expression): Expression {
    if (expression.kind === 'selector' && !expression.matchers.some(asksForSomething))
      throw this.#tokens.error(
        'a selector needs a metric name or a label that must have a value',
        expression.from,
      )
    return expression
  }

  #range(of: Expression): Expression {
    const tokens = this.#tokens
    tokens.expectSign('[', 'a range')
    const range = this.#durations.positive()
    if (tokens.takesSign(':')) return this.#subquery(this.checked(of), range)
    tokens.expectSign(']', 'a range')
    if (of.kind !== 'selector' || of.range !== undefined)
      throw tokens.error('only a selector can have a range', of.from, 'write a subquery, as in [5m:1m]')
    if (of.offset !== undefined || of.at !== undefined)
      throw tokens.error('offset and @ stand behind the range', of.from)
    return { ...of, range }
  }

  #subquery(of: Expression, range: Subquery['range']): Subquery {
    const step = this.#tokens.isSign(']') ? undefined : this.#durations.positive()
    this.#tokens.expectSign(']', 'a subquery')
    if (typeOf(of) !== 'vector')
      throw this.#tokens.error(
        'a subquery is of an instant vector',
        of.from,
        'vector(1)[5m:1m] makes one of a number',
      )
    return { kind: 'subquery', of, range, step, offset: undefined, at: undefined, from: of.from, to: of.to }
  }

  #offset(of: Expression): Expression {
    const inner = this.#selecting(of, 'offset')
    if (inner.offset !== undefined) throw this.#tokens.error('offset stands there twice', of.from)
    return { ...inner, offset: this.#durations.offset() }
  }

  #at(of: Expression): Expression {
    const inner = this.#selecting(of, '@')
    if (inner.at !== undefined) throw this.#tokens.error('@ stands there twice', of.from)
    return { ...inner, at: this.#moment() }
  }

  #moment(): Moment {
    const tokens = this.#tokens
    if (tokens.isWord('start', 'end')) {
      const word = tokens.take().text.toLowerCase() as 'start' | 'end'
      tokens.expectSign('(', '@')
      tokens.expectSign(')', '@')
      return word
    }
    const { from } = tokens.next
    const seconds = signedNumber(tokens)
    if (!Number.isFinite(seconds)) throw tokens.error('the time of @ is a number of seconds', from)
    return Math.round(seconds * 1000)
  }

  #extended(of: Expression): Expression {
    const extension = this.#tokens.take().text.toLowerCase() as 'anchored' | 'smoothed'
    if (of.kind !== 'selector') throw this.#tokens.error(`${extension} goes with a selector`, of.from)
    if (of.extension !== undefined)
      throw this.#tokens.error('only one of anchored and smoothed can be there', of.from)
    return { ...of, extension }
  }

  #selecting(of: Expression, what: string): Selector | Subquery {
    if (of.kind === 'selector' || of.kind === 'subquery') return of
    throw this.#tokens.error(
      `${what} goes with a selector or a subquery`,
      of.from,
      'put it behind the selector inside',
    )
  }
}
