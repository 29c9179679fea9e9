import { goNumber } from '../base/index.ts'
/** Go's values as far as templates meet them: its integers are bigints here, its floats numbers. */
export type GoValue =
  | string
  | bigint
  | number
  | boolean
  | null
  | undefined
  | Date
  | GoObject
  | readonly GoValue[]
  | GoMap
export interface GoMap {
  readonly [key: string]: GoValue
}

/** A value of a kind of its own, which prints itself. */
export abstract class GoObject {
  abstract toString(): string
}

/** What a template or its functions refuse. */
export class TemplateError extends Error {
  readonly code = 'TEMPLATE_INVALID'
}

/** Source: text/template, "the empty values are false, 0, any nil pointer or interface value, and any array, slice, map, or string of length zero". */
export function isTrue(value: GoValue): boolean {
  if (value === null || value === undefined || value === false || value === '') return false
  if (typeof value === 'bigint') return value !== 0n
  if (typeof value === 'number') return value !== 0
  if (Array.isArray(value)) return value.length > 0
  return !isMap(value) || Object.keys(value).length > 0
}

export function isMap(value: GoValue): value is GoMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Date || value instanceof GoObject)
}

/**
 * As Go's fmt prints with %v.
 *
 * @example
 * printValue(3000000) // => '3e+06'
 * printValue([1n, 'a']) // => '[1 a]'
 */
export function printValue(value: GoValue): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return goNumber(value)
  if (value instanceof Date) return `${value.toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC`
  if (Array.isArray(value)) return `[${value.map(printValue).join(' ')}]`
  if (isMap(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `map[${entries.map(([key, own]) => `${key}:${printValue(own)}`).join(' ')}]`
  }
  return String(value)
}
