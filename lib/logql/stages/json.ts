import type { JsonStage } from '../ast.ts'
import { type LineLabels, labelOf } from '../pipeline/labels.ts'
import { formatExtractions, parseExtractions } from './extractions.ts'
import { findInJson } from './json-find.ts'
import { parseJsonPath } from './json-path.ts'
import { JsonError, JsonScan, unescaped } from './json-scan.ts'
import type { Process, StageKind } from './kind.ts'

/** `| json`, and `| json status="response.code", first="servers[0]"`. Source: LogQL, parser expression. */
export const json: StageKind<JsonStage> = {
  name: 'json',
  parse: tokens => {
    const start = tokens.next
    const fields = parseExtractions(tokens)
    for (const { path } of fields)
      if (parseJsonPath(path) === undefined)
        throw tokens.error(
          `${JSON.stringify(path)} is no place in JSON`,
          start,
          'write it as in servers[0].name',
        )
    return { kind: 'json', fields }
  },
  format: ({ fields }) => (fields.length === 0 ? '| json' : `| json ${formatExtractions(fields)}`),
  compile: ({ fields }) => (fields.length === 0 ? allFields : chosenFields(fields)),
}

const allFields: Process = (line, labels) => {
  tryParse(labels, () =>
    new JsonScan(line, (path, value) => labels.extract(nameOfJson(path), value)).object(),
  )
  return line
}

/** The label of what stands below these keys. */
export function nameOfJson(path: readonly string[]): string {
  if (path.length === 1) return labelOf(path[0] as string)
  return labelOf(path.filter(part => part.trim() !== '').join('_'))
}

function chosenFields(fields: JsonStage['fields']): Process {
  const wanted = fields.map(({ label, path }) => ({ label, path: parseJsonPath(path) ?? [] }))
  return (line, labels) => {
    if (line === '') return line
    if (!/^["{[]/.test(line)) {
      labels.fail('JSONParserErr', '')
      return line
    }
    for (const { label, path } of wanted)
      tryParse(labels, () => choose(labels, label, findInJson(line, path)))
    // a label is there in any case
    for (const { label } of wanted) if (!labels.has(label)) labels.set(label, '')
    return line
  }
}

function choose(labels: LineLabels, label: string, found: string | undefined): void {
  if (found !== undefined) labels.choose(label, chosen(found))
}

/** Objects and numbers stay as they are written; in lists escapes are taken for what they stand for, as in texts. */
function chosen(found: string): string {
  if (found === 'null') return ''
  if (found.startsWith('"')) return unescaped(found)
  return found.startsWith('[') && found.includes('\\') ? unescapedList(found) : found
}

/** Quotes that stand bare around its texts are no end of it. */
function unescapedList(found: string): string {
  return unescaped(`"${found.replaceAll(/\\.|"/gs, one => (one === '"' ? '\\"' : one))}"`)
}

function tryParse(labels: LineLabels, parse: () => void): void {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    labels.fail('JSONParserErr', error.message)
  }
}
