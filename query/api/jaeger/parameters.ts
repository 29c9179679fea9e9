import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { parseDurationSeconds } from '../../../lib/logql/index.ts'
import type { SpanFilters } from '../../traces/filters.ts'
import { traceIdOf } from '../../traces/trace-by-id.ts'
import type { TimeRange } from '../../traces/trace-reader.ts'
import { maxTraces } from '../traces/parameters.ts'

const hourNs = 3_600_000_000_000n
/** As far back as Jaeger looks where no start is given. */
const lookbackNs = 48n * hourNs
const namesLookbackNs = 7n * 24n * hourNs
const defaultLimit = 100

/** Parameters of Jaeger's query API. Source: jaegertracing/jaeger, cmd/query/app/query_parser.go. Errors: PARAMETER_INVALID. */
export class Parameters {
  readonly #all: URLSearchParams
  readonly #nowNs: bigint

  constructor(c: Context, nowMs: number) {
    this.#all = new URL(c.req.url).searchParams
    this.#nowNs = BigInt(nowMs) * 1_000_000n
  }

  text(name: string): string {
    return this.#all.get(name) ?? ''
  }

  needed(name: string): string {
    const text = this.text(name)
    if (text === '') throw invalid(`parameter '${name}' is required`)
    return text
  }

  /** Ids given as `traceID`, any number of times. */
  traceIds(): string[] {
    return this.#all.getAll('traceID').map(text => {
      const id = traceIdOf(text)
      if (id === undefined) throw invalid(`unable to parse param 'traceID': '${text}' is not hexadecimal`)
      return id
    })
  }

  /** `start` and `end` in microseconds. */
  range(): TimeRange {
    const endNs = this.#time('end', 1000n) ?? this.#nowNs
    const startNs = this.#time('start', 1000n) ?? endNs - lookbackNs
    if (startNs >= endNs) throw invalid(`start must be before end`)
    return { startNs, endNs }
  }

  /** Where services and operations are looked for: Jaeger keeps them for all time. */
  names(): TimeRange {
    return { startNs: this.#nowNs - namesLookbackNs, endNs: this.#nowNs + hourNs }
  }

  /** `endTs` and `lookback` in milliseconds. */
  dependencies(): TimeRange {
    const endNs = this.#time('endTs', 1_000_000n) ?? this.#nowNs
    return { startNs: endNs - (this.#time('lookback', 1_000_000n) ?? 24n * hourNs), endNs }
  }

  filters(): SpanFilters {
    const [least, most] = ['minDuration', 'maxDuration'].map(name => parseDurationSeconds(this.text(name)))
    if (least !== undefined && most !== undefined && least > most)
      throw invalid(`'maxDuration' should be greater than 'minDuration'`)
    return {
      service: this.needed('service'),
      operation: this.text('operation'),
      minDuration: this.text('minDuration'),
      maxDuration: this.text('maxDuration'),
      attributes: { ...this.#tags(), ...this.#tagPairs() },
    }
  }

  limit(): number {
    const text = this.text('limit')
    if (!/^\d{0,9}$/.test(text)) throw invalid(`unable to parse param 'limit': '${text}' is no whole number`)
    if (text !== '' && Number(text) === 0)
      throw invalid(`unable to parse param 'limit': it must be at least 1`)
    return Math.min(Number(text) || defaultLimit, maxTraces)
  }

  /** `tags={"http.status_code":"500"}`. */
  #tags(): Record<string, string> {
    const text = this.text('tags')
    if (text === '') return {}
    const found = parsed(text)
    if (typeof found !== 'object' || found === null || Array.isArray(found))
      throw invalid(`malformed 'tags' parameter, expecting a JSON object of texts`)
    return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)]))
  }

  /** `tag=http.status_code:500`, any number of times. */
  #tagPairs(): Record<string, string> {
    return Object.fromEntries(
      this.#all.getAll('tag').map(pair => {
        const at = pair.indexOf(':')
        if (at < 1) throw invalid(`malformed 'tag' parameter, expecting key:value, received: ${pair}`)
        return [pair.slice(0, at), pair.slice(at + 1)]
      }),
    )
  }

  #time(name: string, unitNs: bigint): bigint | undefined {
    const text = this.text(name)
    if (text === '') return undefined
    if (!/^\d{1,19}$/.test(text))
      throw invalid(`unable to parse param '${name}': '${text}' is no whole number`)
    return BigInt(text) * unitNs
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(`malformed 'tags' parameter, cannot unmarshal JSON: ${(cause as Error).message}`)
  }
}

export function invalid(message: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', message)
}
