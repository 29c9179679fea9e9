/** Types that Loki tells apart. Source: Loki, detected fields. */
export type ValueType = 'int' | 'float' | 'boolean' | 'duration' | 'bytes' | 'string'

/** In the order in which they are tried: forms that Go's strconv, time.ParseDuration and humanize.ParseBytes take. */
const forms: readonly (readonly [ValueType, RegExp])[] = [
  ['int', /^[+-]?\d{1,19}$/],
  ['float', /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$|^[+-]?(?:inf|infinity|nan)$/i],
  ['boolean', /^(?:t|T|true|TRUE|True|f|F|false|FALSE|False)$/],
  ['duration', /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/],
  ['bytes', /^\d+(?:\.\d+)?\s*(?:[kmgtpe]i?)?b$|^\d+(?:\.\d+)?\s*[kmgtpe]i?$/i],
]

/**
 * @example
 * typeOf('250ms') // => 'duration'
 */
export function typeOf(value: string): ValueType {
  return forms.find(([, form]) => form.test(value))?.[0] ?? 'string'
}
