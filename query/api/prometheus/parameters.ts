import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { durationMsOf } from '../../promql/duration-text.ts'
import type { Steps } from '../../promql/steps.ts'

/** What a Date can hold. Source: ECMAScript, Time Values. */
const maxMs = 8.64e15
const goNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** RFC 3339 needs a time and a zone, which Date would make up. */
const moment = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/
/** The ends of time as Prometheus' own clients write them. Source: prometheus web/api/v1, parseTime. */
const endsOfTime: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': -maxMs,
  '292277025-08-18T07:12:54.999999999Z': maxMs,
}

/** Parameters of the address and of a form of either kind, as Prometheus takes them. */
export class Parameters {
  readonly #all: URLSearchParams

  private constructor(all: URLSearchParams) {
    this.#all = all
  }

  static async of(c: Context): Promise<Parameters> {
    const all = new URL(c.req.url).searchParams
    const type = c.req.method === 'POST' ? (c.req.header('content-type') ?? '') : ''
    if (/x-www-form-urlencoded/i.test(type))
      for (const [name, value] of new URLSearchParams(await c.req.text())) all.append(name, value)
    if (/multipart\/form-data/i.test(type))
      for (const [name, value] of await c.req.formData())
        if (typeof value === 'string') all.append(name, value)
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
    return [...this.#all.getAll(name), ...this.#all.getAll(`${name}[]`)]
  }

  /** RFC 3339 or Unix seconds, with a fraction. Errors: PARAMETER_INVALID. */
  timeMs(name: string, fallback: number): number {
    const text = this.#all.get(name)
    if (text === null || text === '') return fallback
    const ms = endsOfTime[text] ?? (goNumber.test(text) ? Number(text) * 1000 : momentMs(text))
    if (!(Math.abs(ms) <= maxMs)) throw invalid(name, `cannot parse "${text}" to a valid timestamp`)
    return Math.round(ms)
  }

  /** 0: none. Errors: PARAMETER_INVALID. */
  limit(): number {
    return countIn(this, 'limit', 0)
  }

  /** What a query may take at most; undefined where nothing is said. Errors: PARAMETER_INVALID. */
  timeoutMs(): number | undefined {
    if (this.#isAbsent('timeout')) return undefined
    const ms = this.#durationMs('timeout')
    if (ms <= 0) throw invalid('timeout', 'it must be positive')
    return ms
  }

  /** How far instant selectors look back; nothing where it is as far as usual. Errors: PARAMETER_INVALID. */
  lookback(): Pick<Steps, 'lookbackMs'> {
    const ms = this.#isAbsent('lookback_delta') ? 0 : this.#durationMs('lookback_delta')
    return ms > 0 ? { lookbackMs: ms } : {}
  }

  #isAbsent(name: string): boolean {
    return (this.#all.get(name) ?? '') === ''
  }

  /** Errors: PARAMETER_INVALID, past the most points there may be too. */
  steps(nowMs: number, maxPoints: number): Steps {
    this.text('start')
    this.text('end')
    const [startMs, endMs] = [this.timeMs('start', nowMs), this.timeMs('end', nowMs)]
    if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time')
    const stepMs = this.#durationMs('step')
    if (stepMs <= 0) throw invalid('step', 'zero or negative query resolution step widths are not accepted')
    const count = Math.floor((endMs - startMs) / stepMs) + 1
    if (count > maxPoints)
      throw new OperatingError(
        'PARAMETER_INVALID',
        `exceeded maximum resolution of ${maxPoints} points per timeseries: take a longer step or a shorter range`,
      )
    return { startMs, stepMs, count, endMs, ...this.lookback() }
  }

  /** Seconds as a number, or a duration. */
  #durationMs(name: string): number {
    const text = this.text(name)
    const ms = goNumber.test(text) ? Number(text) * 1000 : (durationMsOf(text) ?? Number.NaN)
    if (!(Math.abs(ms) <= maxMs)) throw invalid(name, `cannot parse "${text}" to a valid duration`)
    return Math.round(ms)
  }
}

/** 0 where it is missing. Errors: PARAMETER_INVALID. */
export function countIn(parameters: Pick<Parameters, 'optional'>, name: string, least: number): number {
  const text = parameters.optional(name) ?? ''
  if (text === '') return 0
  if (!/^-?\d{1,9}$/.test(text) || Number(text) < least)
    throw invalid(name, `found "${text}", expected a whole number from ${least} on`)
  return Number(text)
}

/** False where it is missing. Errors: PARAMETER_INVALID. */
export function flagIn(parameters: Pick<Parameters, 'optional'>, name: string): boolean {
  const text = parameters.optional(name) ?? ''
  if (/^(|0|f|false)$/i.test(text)) return false
  if (/^(1|t|true)$/i.test(text)) return true
  throw invalid(name, `found "${text}", expected true or false`)
}

function momentMs(text: string): number {
  return moment.test(text) ? Date.parse(text.replace(',', '.')) : Number.NaN
}

function invalid(name: string, why: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', `invalid parameter "${name}": ${why}`)
}
