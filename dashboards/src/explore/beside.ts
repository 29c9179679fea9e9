import * as z from 'zod/mini'

const schema = z.array(z.string())
const most = 3

/** Queries beside the first, as an address has them. */
export function besideOf(text: string): string[] {
  if (text === '') return []
  try {
    return schema.parse(JSON.parse(text)).slice(0, most)
  } catch {
    // written by hand
    return []
  }
}

export function writeBeside(queries: readonly string[]): string {
  return queries.length === 0 ? '' : JSON.stringify(queries.slice(0, most))
}
