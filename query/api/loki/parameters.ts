import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { parseDurationSeconds } from '../../../lib/logql/index.ts'

const nsPerSecond = 1_000_000_000n
const maxNs = 2n ** 63n - 1n
const hourNs = 3_600n * nsPerSecond

export interface Range {
  /** Included. */
  startNs: bigint
  /** Excluded. */
  endNs: bigint
}

/** Parameters of the address and of a form, as Loki takes either. Source: Loki HTTP API. */
export class Parameters {
  readonly #all: URLSearchParams
  readonly #nowMs: number

  constructor(all: URLSearchParams, nowMs: number) {
    this.#all = all
    this.#nowMs = nowMs
  }

  static async of(c: Context, nowMs: number): Promise<Parameters> {
    const all = new URL(c.req.url).searchParams
    const isForm =
      c.req.method === 'POST' && /x-www-form-urlencoded/i.test(c.req.header('content-type') ?? '')
    if (isForm) for (const [name, value] of new URLSearchParams(await c.req.text())) all.append(name, value)
    return new Parameters(all, nowMs)
  }

  /** '' where it is not given. */
  text(name: string): string {
    return this.#all.get(name) ?? ''
  }

  /** Undefined where it is not given. */
  optional(name: string): string | undefined {
    return this.#all.get(name) ?? undefined
  }

  /** All values of a parameter, as `match` or `match[]`. */
  list(name: string): string[] {
    return [...this.#all.getAll(name), ...this.#all.getAll(`${name}[]`)].filter(value => value !== '')
  }

  /** Names separated by commas. */
  names(name: string): string[] {
    return this.text(name)
      .split(',')
      .map(one => one.trim())
      .filter(one => one !== '')
  }

  /** A whole number of at least one; what is above `max` is taken as `max`. Errors: PARAMETER_INVALID. */
  count(name: string, fallback: number, max: number): number {
    const text = this.text(name)
    if (text === '') return fallback
    if (!/^\d{1,15}$/.test(text) || Number(text) === 0)
      throw invalid(`${name} must be a positive value, found ${text}`)
    return Math.min(Number(text), max)
  }

  /** `start` and `end`, or `since` back from the end; by default the last hours. Errors: PARAMETER_INVALID. */
  range(defaultHours = 1): Range {
    const nowNs = BigInt(this.#nowMs) * 1_000_000n
    const endNs = this.timeNs('end', nowNs)
    const from = endNs < nowNs ? endNs : nowNs
    const startNs = this.timeNs('start', from - this.#sinceNs(BigInt(defaultHours) * hourNs))
    if (endNs < startNs) throw invalid('end timestamp must not be before or equal to start time')
    return { startNs: clamped(startNs), endNs: clamped(endNs) }
  }

  /** At most ten digits are seconds, a dot makes it seconds with a fraction, all else is ns or RFC 3339. Errors: PARAMETER_INVALID. */
  timeNs(name: string, fallback: bigint): bigint {
    const text = this.text(name)
    if (text === '') return fallback
    const ns = timeNsOf(text)
    if (ns === undefined || ns > maxNs || ns < -maxNs)
      throw invalid(`could not parse '${name}' parameter: cannot parse "${text}" to a valid timestamp`)
    return ns
  }

  /** Undefined where it is not given. Errors: PARAMETER_INVALID, where there were more than `maxPoints` steps too. */
  stepMs({ startNs, endNs }: Range, maxPoints: number): number | undefined {
    const text = this.text('step')
    if (text === '') return undefined
    const seconds = secondsOf(text)
    if (seconds === undefined) throw invalid(`cannot parse "${text}" to a valid duration`)
    const stepMs = Math.round(seconds * 1000)
    if (stepMs <= 0)
      throw invalid('zero or negative query resolution step widths are not accepted. Try a positive integer')
    if (Number(endNs - startNs) / 1e6 / stepMs > maxPoints)
      throw invalid(
        `exceeded maximum resolution of ${maxPoints.toLocaleString('en')} points per time series. Try increasing the value of the step parameter`,
      )
    return stepMs
  }

  /** 0 where it is not given. Errors: PARAMETER_INVALID. */
  intervalNs(name: string): bigint {
    const text = this.text(name)
    const seconds = text === '' ? 0 : secondsOf(text)
    if (seconds === undefined || !(seconds < 9e9)) throw invalid(`cannot parse "${text}" to a valid duration`)
    if (seconds < 0) throw invalid(`${name} must be >= 0`)
    return BigInt(Math.round(seconds * 1e9))
  }

  #sinceNs(fallback: bigint): bigint {
    const text = this.text('since')
    if (text === '') return fallback
    const seconds = parseDurationSeconds(text)
    if (seconds === undefined)
      throw invalid(`could not parse 'since' parameter: cannot parse "${text}" to a valid duration`)
    return BigInt(Math.round(Math.min(Math.max(seconds, 0), 9e9))) * nsPerSecond
  }
}

/** Loki's step where none is given: a 250th of the range, of whole seconds. */
export function defaultStepMs({ startNs, endNs }: Range): number {
  return Math.max(1, Math.floor(Number((endNs - startNs) / nsPerSecond) / 250)) * 1000
}

/** Seconds, or a duration such as `1m30s`. */
function secondsOf(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : parseDurationSeconds(text)
}

function timeNsOf(text: string): bigint | undefined {
  const fraction = /^(-?\d{1,11})\.(\d{0,9})\d*$/.exec(text)
  if (fraction !== null) {
    const [, seconds = '0', digits = ''] = fraction
    const part = BigInt(digits.padEnd(9, '0'))
    return BigInt(seconds) * nsPerSecond + (seconds.startsWith('-') ? -part : part)
  }
  if (/^-?\d{1,20}$/.test(text)) return text.length <= 10 ? BigInt(text) * nsPerSecond : BigInt(text)
  return rfc3339Ns(text)
}

function rfc3339Ns(text: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/i.exec(text)
  if (found === null) return undefined
  const ms = Date.parse(`${found[1]}${(found[3] as string).toUpperCase()}`)
  if (Number.isNaN(ms)) return undefined
  return BigInt(ms) * 1_000_000n + BigInt((found[2] ?? '').padEnd(9, '0'))
}

function clamped(ns: bigint): bigint {
  return ns < 0n ? 0n : ns
}

export function invalid(message: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', message)
}
