import { nameOfService } from './field-sql.ts'

/** A value as other tools want it: the store keeps texts. */
export type TypedValue =
  | { type: 'string'; value: string }
  | { type: 'bool'; value: boolean }
  /** In decimal, up to 64 bits. */
  | { type: 'int'; value: string }
  | { type: 'double'; value: number }
  | { type: 'array'; value: TypedValue[] }

const maxInt = 2n ** 63n - 1n

/**
 * What a text most likely was before it was stored: a number only where it is written as a number is, so that giving it back
 * as text gives the same.
 *
 * @example
 * typedValue('http.status_code', '200') // => { type: 'int', value: '200' }
 * typedValue('version', '1.0') // => { type: 'string', value: '1.0' }
 */
export function typedValue(name: string, text: string): TypedValue {
  if (name === nameOfService) return { type: 'string', value: text }
  return scalarOf(text) ?? arrayOf(name, text) ?? { type: 'string', value: text }
}

function scalarOf(text: string): TypedValue | undefined {
  if (text === 'true' || text === 'false') return { type: 'bool', value: text === 'true' }
  if (/^(?:0|-?[1-9]\d{0,18})$/.test(text)) {
    const value = BigInt(text)
    return value <= maxInt && value >= -maxInt - 1n ? { type: 'int', value: text } : undefined
  }
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) && String(value) === text ? { type: 'double', value } : undefined
}

/** Arrays are stored as JSON. */
function arrayOf(name: string, text: string): TypedValue | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined
  const items = parsed(text)
  if (!Array.isArray(items) || items.some(item => typeof item === 'object')) return undefined
  const value = items.map(
    (item): TypedValue =>
      typeof item === 'string' ? { type: 'string', value: item } : typedValue(name, String(item)),
  )
  return { type: 'array', value }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // a text that only looks like one
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
