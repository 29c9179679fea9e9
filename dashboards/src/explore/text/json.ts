import { parseExact, WrittenNumber } from './exact.ts'

export type Json = string | number | boolean | null | WrittenNumber | Json[] | { [key: string]: Json }

const maxLength = 1_000_000

/** What a text of JSON holds, where that is an object or a list; undefined for all else. */
export function jsonOf(text: string): Json | undefined {
  const start = text.slice(0, 64).trimStart()[0]
  if ((start !== '{' && start !== '[') || text.length > maxLength) return undefined
  try {
    return parseExact(text) as Json
  } catch {
    // looks like JSON and is none, as `[error] …`
    return undefined
  }
}

export function isBranch(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !(value instanceof WrittenNumber)
}

export function entriesOf(value: Json): [string | number, Json][] {
  if (Array.isArray(value)) return value.map((item, i) => [i, item])
  return isBranch(value) ? Object.entries(value) : []
}

export function summaryOf(value: Json): string {
  const { length } = entriesOf(value)
  return Array.isArray(value) ? `[${length}]` : `{${length}}`
}

/** `order.items[0].sku`, `headers["user-id"]`. */
export function pathOf(path: readonly (string | number)[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`
      if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `[${JSON.stringify(key)}]`
      return i === 0 ? key : `.${key}`
    })
    .join('')
}
