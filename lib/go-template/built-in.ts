import { sprintf } from './format.ts'
import { type GoValue, isMap, printValue, TemplateError } from './values.ts'

export type TemplateFunction = (...given: GoValue[]) => GoValue
export type Functions = Readonly<Record<string, TemplateFunction>>

/** Functions that every template has. `and` and `or` are the evaluator's, since they leave out what need not be known. */
export const builtIn: Functions = {
  not: value => !truth(value),
  len: lengthOf,
  index: (of, ...keys) => keys.reduce<GoValue>(indexed, of),
  slice: sliceOf,
  print: (...given) =>
    given.map((value, i) => (needsBlank(given, i) ? ' ' : '') + printValue(value)).join(''),
  println: (...given) => `${given.map(printValue).join(' ')}\n`,
  printf: (format, ...given) => sprintf(printValue(format), given),
  eq: (first, ...others) => {
    if (others.length === 0) throw new TemplateError('eq needs two arguments')
    return others.some(other => isEqual(first, other))
  },
  ne: (a, b) => !isEqual(a, b),
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  html: (...given) => escapeHtml(given.map(printValue).join('')),
  js: (...given) => escapeJs(given.map(printValue).join('')),
  urlquery: (...given) => encodeURIComponent(given.map(printValue).join('')).replaceAll('%20', '+'),
}

function truth(value: GoValue): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false
  return !(value === 0 || value === 0n || (Array.isArray(value) && value.length === 0))
}

/** Between two operands of which neither is a text. Source: Go's fmt.Print. */
function needsBlank(given: readonly GoValue[], i: number): boolean {
  return i > 0 && typeof given[i] !== 'string' && typeof given[i - 1] !== 'string'
}

function lengthOf(value: GoValue): GoValue {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value))
  if (Array.isArray(value)) return BigInt(value.length)
  if (isMap(value)) return BigInt(Object.keys(value).length)
  throw new TemplateError('len of what has no length')
}

function indexed(of: GoValue, key: GoValue): GoValue {
  if (isMap(of)) return Object.hasOwn(of, printValue(key)) ? of[printValue(key)] : ''
  const list: readonly GoValue[] | undefined =
    typeof of === 'string' ? [...Buffer.from(of)].map(BigInt) : Array.isArray(of) ? of : undefined
  if (list === undefined) throw new TemplateError("can't index what is no list and no map")
  const at = Number(key)
  if (!(at >= 0 && at < list.length)) throw new TemplateError(`index out of range: ${printValue(key)}`)
  return list[at]
}

function sliceOf(of: GoValue, from: GoValue = 0n, to?: GoValue): GoValue {
  const [start, end] = [Number(from), to === undefined ? undefined : Number(to)]
  if (typeof of === 'string') return Buffer.from(of).subarray(start, end).toString()
  if (Array.isArray(of)) return of.slice(start, end)
  throw new TemplateError("can't slice what is no list and no text")
}

function isEqual(a: GoValue, b: GoValue): boolean {
  if (typeof a !== typeof b && a !== null && b !== null && a !== undefined && b !== undefined)
    throw new TemplateError('incompatible types for comparison')
  return a === b
}

function compare(a: GoValue, b: GoValue): number {
  if (typeof a !== typeof b) throw new TemplateError('incompatible types for comparison')
  const isOrdered = typeof a === 'string' || typeof a === 'number' || typeof a === 'bigint'
  if (!isOrdered) throw new TemplateError('invalid type for comparison')
  return a < (b as typeof a) ? -1 : a > (b as typeof a) ? 1 : 0
}

/** Source: Go's template.JSEscape. */
function escapeJs(text: string): string {
  return text
    .replaceAll(/[\\'"]/g, letter => `\\${letter}`)
    .replaceAll(/[<>&=\p{Cc}]/gu, letter => {
      const code = letter.codePointAt(0) ?? 0
      return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
    })
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, letter => entities[letter] ?? letter)
}
