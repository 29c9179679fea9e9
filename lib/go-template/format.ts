import { goExponent, goNumber, goQuoted } from '../base/index.ts'
import { type GoValue, isMap, printValue } from './values.ts'

const verb = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])/g
const maxWidth = 1_000

/**
 * Go's fmt.Sprintf for the values that templates have.
 *
 * @example
 * sprintf('%-5s|%05.1f|%x', ['a', 3.14159, 255n]) // => 'a    |003.1|ff'
 */
export function sprintf(format: string, given: readonly GoValue[]): string {
  let next = 0
  const text = format.replace(verb, (_, flags: string, width?: string, precision?: string, letter = 'v') => {
    if (letter === '%') return '%'
    const wide = width === '*' ? Number(given[next++]) : width === undefined ? 0 : Number(width)
    const hasPoint = /\.[\d*]*[a-zA-Z]$/.test(_)
    const places = precision === '*' ? Number(given[next++]) : hasPoint ? Number(precision ?? 0) : undefined
    if (next >= given.length) return `%!${letter}(MISSING)`
    const value = given[next++]
    return padded(one(letter, flags, places, value), flags, Math.min(wide, maxWidth), isNumber(value))
  })
  if (next >= given.length) return text
  const rest = given.slice(next).map(value => `${typeNameOf(value)}=${printValue(value)}`)
  return `${text}%!(EXTRA ${rest.join(', ')})`
}

type Verb = (value: GoValue, flags: string, places: number | undefined) => string | undefined

const ofInteger =
  (print: (value: bigint) => string): Verb =>
  (value, flags) =>
    typeof value === 'bigint' ? signed(print(value), flags) : undefined

/** What a verb makes of a value; undefined where it does not take it. */
const verbs: Readonly<Record<string, Verb>> = {
  v: (value, _, places) =>
    places !== undefined && typeof value === 'number' ? general(value, places) : printValue(value),
  s: (value, _, places) => (isText(value) ? cutTo(printValue(value), places) : undefined),
  q: value => (typeof value === 'string' ? goQuoted(value) : undefined),
  d: ofInteger(String),
  o: ofInteger(value => value.toString(8)),
  b: ofInteger(value => value.toString(2)),
  c: ofInteger(value => String.fromCodePoint(Number(value))),
  U: ofInteger(value => `U+${value.toString(16).toUpperCase().padStart(4, '0')}`),
  x: (value, flags) => hexadecimal(value, flags),
  X: (value, flags) => hexadecimal(value, flags)?.toUpperCase(),
  t: value => (typeof value === 'boolean' ? String(value) : undefined),
  T: typeNameOf,
}

function one(letter: string, flags: string, places: number | undefined, value: GoValue): string {
  const made = verbs[letter]?.(value, flags, places)
  if (made !== undefined) return made
  return typeof value === 'number' ? float(letter, flags, places, value) : bad(letter, value)
}

function isText(value: GoValue): boolean {
  return typeof value === 'string' || Array.isArray(value) || isMap(value) || value instanceof Date
}

function float(letter: string, flags: string, places: number | undefined, value: number): string {
  if (!Number.isFinite(value)) return signed(goNumber(value), flags)
  if (letter === 'f' || letter === 'F') return signed(value.toFixed(Math.min(places ?? 6, 100)), flags)
  if (letter === 'e' || letter === 'E') {
    const text = goExponent(value, Math.min(places ?? 6, 100))
    return signed(letter === 'E' ? text.toUpperCase() : text, flags)
  }
  if (letter === 'g' || letter === 'G')
    return signed(places === undefined ? goNumber(value) : general(value, places), flags)
  return bad(letter, value)
}

/** %g with a precision: significant digits, without zeros at the end. */
function general(value: number, places: number): string {
  const digits = Math.max(1, Math.min(places, 100))
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))))
  if (exponent < -4 || exponent >= digits) return goExponent(Number(value.toPrecision(digits)))
  return String(Number(value.toPrecision(digits)))
}

function hexadecimal(value: GoValue, flags: string): string | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'string') return undefined
  const text = typeof value === 'bigint' ? value.toString(16) : Buffer.from(value).toString('hex')
  return flags.includes('#') ? `0x${text}` : text
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-') || text.startsWith('+')) return text
  if (flags.includes('+')) return `+${text}`
  return flags.includes(' ') ? ` ${text}` : text
}

function cutTo(text: string, places: number | undefined): string {
  return places === undefined ? text : [...text].slice(0, places).join('')
}

function isNumber(value: GoValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Zeros stand before texts, too; only a number's sign stands before them. */
function padded(text: string, flags: string, width: number, isSigned: boolean): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0')) return ' '.repeat(missing) + text
  if (!isSigned) return '0'.repeat(missing) + text
  const [, sign = '', digits = text] = /^([+-]?)(.*)$/.exec(text) ?? []
  return sign + '0'.repeat(missing) + digits
}

function bad(letter: string, value: GoValue): string {
  if (value === null || value === undefined) return `%!${letter}(<nil>)`
  return `%!${letter}(${typeNameOf(value)}=${printValue(value)})`
}

function typeNameOf(value: GoValue): string {
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return '[]interface {}'
  if (isMap(value)) return 'map[string]interface {}'
  return typeof value
}
