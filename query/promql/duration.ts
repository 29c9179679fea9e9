import { type Duration, isPlain, type Span } from './ast.ts'
import { durationMsOf } from './duration-text.ts'
import type { TokenReader } from './token-reader.ts'

/** What `step()` and `range()` stand for in a duration, milliseconds. */
export interface DurationContext {
  stepMs?: number
  rangeMs?: number
  /** The query is only read: what depends on a step or is worked out may be anything. */
  isOnlyRead?: boolean
  /** What is read stands around ranges of LogQL: two numbers are compared without `bool`, and divisions guard against zero. */
  isLogQl?: boolean
}

/** A number as PromQL writes it: also `0x1F`, `1_000`, `Inf`, `NaN`, `1h30m` in seconds. */
export function numberValue(text: string): number {
  const lower = text.toLowerCase()
  if (lower === 'inf') return Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  const plain = lower.replaceAll('_', '')
  const value = /^0[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : Number(plain)
  return Number.isNaN(value) ? (durationMsOf(lower) ?? Number.NaN) / 1000 : value
}

/** As many milliseconds as 64 bits have of nanoseconds. */
const maxDurationMs = 9_223_372_036_854

const levels: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 }

/** Reads durations, and works out what they are. Errors: QUERY_INVALID. */
export class DurationParser {
  readonly #tokens: TokenReader
  readonly #context: DurationContext

  constructor(tokens: TokenReader, context: DurationContext) {
    this.#tokens = tokens
    this.#context = context
  }

  /** Of a range or a step. */
  positive(): Span {
    const { from } = this.#tokens.next
    const span = this.#span(this.#operation(1), from)
    if (!(span.ms > 0) && !(this.#context.isOnlyRead === true && !isPlain(span.written))) {
      const found = this.#tokens.text.slice(from, this.#tokens.endBefore)
      throw this.#tokens.error(`found '${found}', expected a duration as in 5m`, from)
    }
    return span
  }

  /** Of `offset`: one value, an operation in parentheses only. */
  offset(): Span {
    const { from } = this.#tokens.next
    return this.#span(this.#signed(), from)
  }

  #span(written: Duration, at: number): Span {
    const ms = Math.round(this.#secondsOf(written, at) * 1000)
    if (this.#context.isOnlyRead === true && !Number.isSafeInteger(ms)) return { ms: 0, written }
    if (!(Math.abs(ms) <= maxDurationMs)) throw this.#tokens.error('the duration is out of range', at)
    return { ms, written }
  }

  #operation(level: number): Duration {
    let left = this.#value()
    for (;;) {
      const operator = this.#tokens.next
      const own = operator.kind === 'sign' ? (levels[operator.text] ?? 0) : 0
      if (own < level || own === 0) return left
      this.#tokens.take()
      const right = this.#operation(operator.text === '^' ? own : own + 1)
      left = { kind: 'operation', operator: operator.text, left, right }
    }
  }

  /** A sign is weaker than a power, which cannot follow an offset. */
  #signed(): Duration {
    if (this.#tokens.takesSign('-')) return { kind: 'negative', of: this.#value() }
    this.#tokens.takesSign('+')
    return this.#value()
  }

  #value(): Duration {
    const tokens = this.#tokens
    if (tokens.takesSign('-')) return { kind: 'negative', of: this.#operation(3) }
    if (tokens.takesSign('+')) return this.#operation(3)
    if (tokens.takesSign('(')) {
      const of = this.#operation(1)
      tokens.expectSign(')', 'a duration')
      return { kind: 'paren', of }
    }
    const { kind, text } = tokens.next
    if (kind === 'number' || kind === 'duration') {
      tokens.take()
      return { kind: 'number', seconds: numberValue(text), isDuration: kind === 'duration' }
    }
    if (tokens.isWord('step', 'range')) return this.#named()
    if (tokens.isWord('max_of', 'min_of', 'max', 'min')) return this.#chosen()
    throw tokens.unexpected('a duration', 'write it as in 5m')
  }

  #named(): Duration {
    const kind = this.#tokens.take().text.toLowerCase() as 'step' | 'range'
    this.#tokens.expectSign('(', 'a duration')
    this.#tokens.expectSign(')', 'a duration')
    return { kind }
  }

  #chosen(): Duration {
    const tokens = this.#tokens
    const kind = tokens.take().text.toLowerCase().startsWith('max') ? 'max_of' : 'min_of'
    tokens.expectSign('(', 'a duration')
    const left = this.#operation(1)
    tokens.expectSign(',', 'a duration')
    const right = this.#operation(1)
    tokens.expectSign(')', 'a duration')
    return { kind, left, right }
  }

  #secondsOf(duration: Duration, at: number): number {
    const of = (inner: Duration) => this.#secondsOf(inner, at)
    switch (duration.kind) {
      case 'number':
        return duration.seconds
      case 'step':
        return this.#seconds(this.#context.stepMs, 'step()', at)
      case 'range':
        return this.#seconds(this.#context.rangeMs, 'range()', at)
      case 'negative':
        return -of(duration.of)
      case 'paren':
        return of(duration.of)
      case 'max_of':
        return Math.max(of(duration.left), of(duration.right))
      case 'min_of':
        return Math.min(of(duration.left), of(duration.right))
      case 'operation':
        return this.#computed(duration, of(duration.left), of(duration.right), at)
    }
  }

  #computed(
    { operator, right: divisor }: Extract<Duration, { kind: 'operation' }>,
    left: number,
    right: number,
    at: number,
  ): number {
    const isKnown = this.#context.isOnlyRead !== true || isPlain(divisor)
    if ((operator === '/' || operator === '%') && right === 0 && isKnown)
      throw this.#tokens.error(operator === '/' ? 'division by zero' : 'modulo by zero', at)
    if (operator === '+') return left + right
    if (operator === '-') return left - right
    if (operator === '*') return left * right
    if (operator === '/') return left / right
    return operator === '%' ? left % right : left ** right
  }

  #seconds(ms: number | undefined, what: string, at: number): number {
    if (ms === undefined) throw this.#tokens.error(`${what} has no meaning here`, at)
    return ms / 1000
  }
}

/** A number with a sign before it, or without one. Errors: QUERY_INVALID. */
export function signedNumber(tokens: TokenReader): number {
  const sign = tokens.takesSign('-') ? -1 : 1
  if (sign === 1) tokens.takesSign('+')
  if (tokens.next.kind !== 'number' && tokens.next.kind !== 'duration')
    throw tokens.unexpected('the query', 'a number is expected')
  return sign * numberValue(tokens.take().text)
}
