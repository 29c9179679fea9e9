/** Not in every browser: there numbers are as exact as a double. Source: https://tc39.es/proposal-json-parse-with-source/ */
const { rawJSON, isRawJSON } = JSON as JSON & {
  rawJSON?: (text: string) => object
  isRawJSON?: (value: unknown) => boolean
}

/** A number as it was written, which JSON.stringify writes so again. */
export interface RawNumber {
  rawJSON: string
}

/** JSON.parse that changes no number: one that a double would write otherwise is kept as it stands there. */
export function parseExact(text: string): unknown {
  // most texts have no such number, and cost no reviver
  return rawJSON !== undefined && /[\d.]{16}|\d[eE][-+]?\d|\.\d*0(?!\d)|0\.000000|-0/.test(text)
    ? JSON.parse(text, asWritten)
    : JSON.parse(text)
}

function asWritten(_: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return rawJSON?.(source) ?? value
}

export function isRawNumber(value: unknown): value is RawNumber {
  return isRawJSON?.(value) ?? false
}
