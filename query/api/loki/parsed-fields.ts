import { labelOf } from '../../../lib/logql/index.ts'

export interface ParsedField {
  label: string
  value: string
  parser: 'json' | 'logfmt'
  /** The keys that lead to it in a JSON line. */
  path: string[] | undefined
}

const maxFields = 500
const maxDepth = 16

/** What Loki's parsers `json` and `logfmt` bring out of a line: the first of them that takes it. Arrays are left out, as there. */
export function parsedFields(body: string): ParsedField[] {
  return body.trimStart().startsWith('{') ? ofJson(body) : ofLogfmt(body)
}

function ofJson(body: string): ParsedField[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
  if (typeof value !== 'object' || value === null) return []
  return leaves(value, [])
    .slice(0, maxFields)
    .map(({ path, text }) => ({ label: labelOf(path.join('_')), value: text, parser: 'json', path }))
}

/** What is neither an object nor an array, with the keys that lead to it. */
function leaves(object: object, path: readonly string[]): { path: string[]; text: string }[] {
  if (path.length >= maxDepth || Array.isArray(object)) return []
  return Object.entries(object).flatMap(([key, inner]: [string, unknown]) => {
    const at = [...path, key]
    if (typeof inner === 'object' && inner !== null) return leaves(inner, at)
    return inner === null || inner === '' ? [] : [{ path: at, text: String(inner) }]
  })
}

function ofLogfmt(body: string): ParsedField[] {
  const fields: ParsedField[] = []
  const pair = /(?<=^|\s)([^\s="]{1,200})=(?:"((?:[^"\\]|\\.){0,2000})"|([^\s"]{1,2000}))(?=\s|$)/g
  for (const [, key = '', quoted, plain] of body.matchAll(pair)) {
    if (fields.length >= maxFields) break
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? ''
    if (value !== '') fields.push({ label: labelOf(key), value, parser: 'logfmt', path: undefined })
  }
  return fields
}
