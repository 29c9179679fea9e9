import type { PlainStage } from '../ast.ts'
import { labelOf } from '../pipeline/labels.ts'
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

/** What is wrong where it is no object. */
function packedOf(line: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
    return 'expecting json object, but it is not'
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}
