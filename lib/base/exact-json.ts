/** So many characters of a number without an exponent a double keeps, whatever they are. */
const exactLength = 15
/** A sign and 19 digits: what longer ones are does not fit into 64 bits. */
const longestInteger = 20

/** A text may have a number that would be written otherwise. */
const writtenOtherwise = /[\d.]{16}|\d[eE][-+]?\d|\.\d*0(?!\d)|0\.000000|-0/

/**
 * JSON.parse that loses no digit: an integer that a number cannot hold becomes a bigint, any other number whose digits
 * would change becomes the text that it was written as.
 *
 * @example
 * parseExactJson('[18446744073709551615, 1e400, 0.5]') // => [18446744073709551615n, '1e400', 0.5]
 */
export function parseExactJson(text: string): unknown {
  // most texts have no number that long, and cost no reviver
  return /[\d.]{16}|\d[eE][-+]?\d/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
}

/**
 * The same for what is shown again as it was written: any number that would be written otherwise becomes its text.
 *
 * @example
 * parseWrittenJson('[1.10, 1e3, 1.5, 12]') // => ['1.10', '1e3', 1.5, 12]
 */
export function parseWrittenJson(text: string): unknown {
  return writtenOtherwise.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text)
}

/**
 * The same for what is written as JSON again: such a number stays a number, of the digits that it had.
 *
 * @example
 * JSON.stringify(parseRawJson('[1.10, 23958446825181076828]')) // => '[1.10,23958446825181076828]'
 */
export function parseRawJson(text: string): unknown {
  return writtenOtherwise.test(text) ? JSON.parse(text, asRaw) : JSON.parse(text)
}

function asRaw(_: string, value: unknown, context?: { source?: string }): unknown {
  const { source } = context ?? {}
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return (JSON as JSON & { rawJSON(text: string): object }).rawJSON(source)
}

function asWritten(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  const exact = exactly.call(this, key, value, context)
  return typeof exact === 'number' && String(exact) !== context?.source ? context?.source : exact
}

/** `context.source` is the number as written. Source: https://tc39.es/proposal-json-parse-with-source/ */
function exactly(this: unknown, _: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (source.length <= exactLength && !/e/i.test(source)) return value
  if (/^-?\d+$/.test(source) && source.length <= longestInteger)
    return Number.isSafeInteger(value) ? value : BigInt(source)
  return keepsDigits(source, value) ? value : source
}

/** True where the shortest text of a number has the digits that were written: for 1.50 and 15e-1, not for 0.1000000000000000055. */
export function keepsDigits(written: string, value: number): boolean {
  return Number.isFinite(value) && significantOf(written) === significantOf(String(value))
}

/** A number's digits from the first to the last that is not 0, and the power of ten of the last. */
function significantOf(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = (mantissa.startsWith('-') ? mantissa.slice(1) : mantissa).split('.')
  const digits = whole + fraction
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  let start = 0
  while (start < end && digits[start] === '0') start++
  const power = Number(exponent) - fraction.length + digits.length - end
  return start === end ? '0' : `${digits.slice(start, end)}e${power}`
}
