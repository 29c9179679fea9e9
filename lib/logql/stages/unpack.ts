import type { PlainStage } from '../ast.ts'
import { labelOf } from '../pipeline/labels.ts'
import { findInJson } from './json-find.ts'
import { JsonError } from './json-scan.ts'
import type { StageKind } from './kind.ts'

const entryKey = '_entry'

/** `| unpack`: labels that Promtail's pack stage put into the line, and the line that it had. Source: LogQL, unpack. */
export const unpack: StageKind<PlainStage> = {
  name: 'unpack',
  parse: () => ({ kind: 'unpack' }),
  format: () => '| unpack',
  compile: () => (line, labels) => {
    if (line === '') return line
    const packed = packedOf(line)
    if (typeof packed === 'string') {
      labels.fail('JSONParserErr', packed)
      return line
    }
    let entry = line
    for (const [key, value] of Object.entries(packed))
      if (typeof value !== 'string') continue
      else if (key === entryKey) entry = value
      else if (entryKey in packed) labels.extract(labelOf(key), value)
    return entry
  },
}

/** The object that the line begins with, whatever stands behind it; or what is wrong. */
function packedOf(line: string): Record<string, unknown> | string {
  if (!line.startsWith('{')) return 'expecting json object, but it is not'
  try {
    return JSON.parse(findInJson(line, []) ?? '') as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonError) return error.message
    throw error
  }
}
