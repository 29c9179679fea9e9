import { labelOf } from './pipeline/labels.ts'
import { nameOfJson } from './stages/json.ts'
import { JsonError, JsonScan } from './stages/json-scan.ts'
import { LogfmtScan } from './stages/logfmt-scan.ts'

/** A field that a parser brings out of a line. */
export interface LineField {
  label: string
  value: string
  parser: 'json' | 'logfmt'
  /** The keys that lead to it in a JSON line. */
  path: string[] | undefined
}

const maxFields = 500

/**
 * What `| json` brings out of a line, or, where it is none, `| logfmt`. Empty values are no fields here. Source: Loki, detected
 * fields.
 *
 * @example
 * lineFields('{"req": {"ms": 1.50}}') // => [{ label: 'req_ms', value: '1.50', parser: 'json', path: ['req', 'ms'] }]
 */
export function lineFields(line: string): LineField[] {
  return (jsonFields(line) ?? logfmtFields(line)).filter(({ value }) => value !== '').slice(0, maxFields)
}

/** Undefined where the line is no JSON. */
function jsonFields(line: string): LineField[] | undefined {
  const fields: LineField[] = []
  try {
    new JsonScan(line, (path, value) =>
      fields.push({ label: nameOfJson(path), value, parser: 'json', path: [...path] }),
    ).object()
    return fields
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

function logfmtFields(line: string): LineField[] {
  const fields: LineField[] = []
  new LogfmtScan(line, false).pairs((key, value) =>
    fields.push({ label: labelOf(key), value, parser: 'logfmt', path: undefined }),
  )
  return fields
}
