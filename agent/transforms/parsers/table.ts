import { accessParser } from './access.ts'
import { csvParser } from './csv.ts'
import { jsonParser } from './json.ts'
import { keyValueParser } from './keyvalue.ts'
import { logfmtParser } from './logfmt.ts'
import type { ParserKind } from './parser.ts'
import { patternParser } from './pattern.ts'
import { regexParser } from './regex.ts'
import { severityParser } from './severity.ts'
import { timestampParser } from './timestamp.ts'

/** Every format that the rule `parse` knows. */
export const parserKinds = [
  jsonParser,
  logfmtParser,
  regexParser,
  patternParser,
  accessParser,
  keyValueParser,
  csvParser,
  timestampParser,
  severityParser,
] as const satisfies readonly ParserKind[]

export function parserKindOf(format: string): ParserKind {
  const kind = parserKinds.find(each => each.format === format)
  if (kind === undefined) throw new Error(`no format ${format}`)
  return kind
}
