import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import type { SeriesSteps } from '../../../lib/traceql/index.ts'
import { niceStepMs, parseStepMs, parseTime } from '../../time.ts'
import type { TimeRange } from '../../traces/trace-reader.ts'

/** Parameters of the address, as Tempo has them. Errors: PARAMETER_INVALID, TIME_INVALID. */
export class Parameters {
  readonly #all: URLSearchParams
  readonly #nowMs: number

  constructor(c: Context, nowMs: number) {
    this.#all = new URL(c.req.url).searchParams
    this.#nowMs = nowMs
  }

  text(name: string): string {
    return this.#all.get(name) ?? ''
  }

  has(name: string): boolean {
    return this.text(name) !== ''
  }

  count(name: string, fallback: number, most: number): number {
    const text = this.text(name)
    if (text === '') return fallback
    if (!/^\d{1,9}$/.test(text)) throw invalid(name, `found '${text}', expected a whole number`)
    return Math.min(Number(text), most)
  }

  positive(name: string, fallback: number, most: number): number {
    const count = this.count(name, fallback, most)
    if (count === 0) throw invalid(name, 'must be a positive number')
    return count
  }

  /** Unix seconds or nanoseconds, or RFC 3339; where neither end is given, so far back from now. */
  range(lookback: string): TimeRange {
    const endNs = this.has('end') ? parseTime(this.text('end'), this.#nowMs) : this.#now('')
    const since = this.text('since') || lookback
    const startNs = this.has('start') ? parseTime(this.text('start'), this.#nowMs) : this.#now(`-${since}`)
    if (startNs >= endNs) throw invalid('start', 'http parameter start must be before end')
    return { startNs, endNs }
  }

  /** Whole steps around the range: each lies at a multiple of its length, so that the same question has the same steps later. */
  steps(maxPoints: number): SeriesSteps {
    const { startNs, endNs } = this.range('1h')
    const rangeMs = Number((endNs - startNs) / 1_000_000n)
    const stepMs = this.has('step') ? parseStepMs(this.text('step')) : niceStepMs(rangeMs)
    const stepNs = BigInt(stepMs) * 1_000_000n
    const first = startNs - (startNs % stepNs)
    const count = Number((endNs - first + stepNs - 1n) / stepNs)
    if (count > maxPoints)
      throw invalid(
        'step',
        `${count} steps are more than ${maxPoints}: take a longer step or a shorter range`,
      )
    return { startNs: first, stepNs, count }
  }

  #now(offset: string): bigint {
    return parseTime(`now${offset}`, this.#nowMs)
  }
}

export function invalid(name: string, why: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', `invalid ${name}: ${why}`)
}
