import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { parseDurationSeconds } from '../../../lib/logql/index.ts'
import type { Steps } from '../../promql/steps.ts'

/** What a Date can hold. Source: ECMAScript, Time Values. */
const maxMs = 8.64e15

/** Parameters of the address and of a form, as Prometheus takes either. */
export class Parameters {
  readonly #all: URLSearchParams

  private constructor(all: URLSearchParams) {
    this.#all = all
  }

  static async of(c: Context): Promise<Parameters> {
    const all = new URL(c.req.url).searchParams
    const isForm =
      c.req.method === 'POST' && /x-www-form-urlencoded/i.test(c.req.header('content-type') ?? '')
    if (isForm) for (const [name, value] of new URLSearchParams(await c.req.text())) all.append(name, value)
    return new Parameters(all)
  }

  /** Errors: PARAMETER_INVALID where it is missing. */
  text(name: string): string {
    const value = this.#all.get(name)
    if (value === null || value === '') throw invalid(name, 'it is missing')
    return value
  }

  /** Undefined where it is missing. */
  optional(name: string): string | undefined {
    return this.#all.get(name) ?? undefined
  }

  list(name: string): string[] {
    return [...this.#all.getAll(name), ...this.#all.getAll(`${name}[]`)].filter(value => value !== '')
  }

  /** RFC 3339 or Unix seconds, with a fraction. Errors: PARAMETER_INVALID. */
  timeMs(name: string, fallback: number): number {
    const text = this.#all.get(name)
    if (text === null || text === '') return fallback
    const ms = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text)
    if (!(Math.abs(ms) <= maxMs)) throw invalid(name, `cannot parse "${text}" to a valid timestamp`)
    return Math.round(ms)
  }

  /** 0: none. Errors: PARAMETER_INVALID. */
  limit(): number {
    const text = this.#all.get('limit') ?? '0'
    if (!/^\d{1,9}$/.test(text)) throw invalid('limit', `found "${text}", expected a whole number`)
    return Number(text)
  }

  /** Errors: PARAMETER_INVALID, past the most points there may be too. */
  steps(nowMs: number, maxPoints: number): Steps {
    this.text('start')
    this.text('end')
    const [startMs, endMs] = [this.timeMs('start', nowMs), this.timeMs('end', nowMs)]
    if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time')
    const stepMs = this.#durationMs('step')
    const count = Math.floor((endMs - startMs) / stepMs) + 1
    if (count > maxPoints)
      throw new OperatingError(
        'PARAMETER_INVALID',
        `exceeded maximum resolution of ${maxPoints} points per timeseries: take a longer step or a shorter range`,
      )
    return { startMs, stepMs, count }
  }

  #durationMs(name: string): number {
    const text = this.text(name)
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (parseDurationSeconds(text) ?? Number.NaN)
    if (Number.isNaN(seconds)) throw invalid(name, `cannot parse "${text}" to a valid duration`)
    if (seconds <= 0) throw invalid(name, 'zero or negative query resolution step widths are not accepted')
    return Math.round(seconds * 1000)
  }
}

function invalid(name: string, why: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', `invalid parameter "${name}": ${why}`)
}
