import type { LogfmtStage } from '../ast.ts'
import { labelOf } from '../pipeline/labels.ts'
import { formatExtractions, parseExtractions } from './extractions.ts'
import type { Process, StageKind } from './kind.ts'
import { LogfmtError, LogfmtScan } from './logfmt-scan.ts'

/** `| logfmt`, `| logfmt --strict --keep-empty`, `| logfmt status, took="duration"`. Source: LogQL, parser expression. */
export const logfmt: StageKind<LogfmtStage> = {
  name: 'logfmt',
  parse: tokens => {
    const flags = new Set<string>()
    while (tokens.isMark('-') && tokens.ahead(1).text === '-') {
      tokens.take()
      tokens.take()
      const flag = tokens.take()
      const name =
        flag.text === 'keep' && tokens.isMark('-')
          ? `keep${tokens.take().text}${tokens.take().text}`
          : flag.text
      if (name !== 'strict' && name !== 'keep-empty')
        throw tokens.error(`logfmt knows no --${name}`, flag, 'its flags are --strict and --keep-empty')
      flags.add(name)
    }
    const fields = parseExtractions(tokens)
    return { kind: 'logfmt', fields, strict: flags.has('strict'), keepEmpty: flags.has('keep-empty') }
  },
  format: ({ fields, strict, keepEmpty }) =>
    [
      '| logfmt',
      ...(strict ? ['--strict'] : []),
      ...(keepEmpty ? ['--keep-empty'] : []),
      formatExtractions(fields),
    ]
      .filter(part => part !== '')
      .join(' '),
  compile: stage => (stage.fields.length === 0 ? allFields(stage) : chosenFields(stage)),
}

function allFields({ strict, keepEmpty }: LogfmtStage): Process {
  return (line, labels) => {
    const error = scan(line, strict, (key, value) => {
      if (value !== '') labels.extract(labelOf(key), value)
      else if (keepEmpty) labels.extractEvenEmpty(labelOf(key), '')
    })
    if (error !== undefined) labels.fail('LogfmtParserErr', error)
    return line
  }
}

function chosenFields({ fields, strict, keepEmpty }: LogfmtStage): Process {
  return (line, labels) => {
    const found = new Map<string, string>()
    const error = scan(line, strict, (key, value) => {
      if (!found.has(key)) found.set(key, value)
    })
    if (error !== undefined) labels.fail('LogfmtParserErr', error)
    for (const { label, path } of fields) {
      const value = found.get(path) ?? ''
      if (value !== '') labels.extract(label, value)
      else if (keepEmpty || !labels.has(label)) labels.setEvenEmpty(label, '')
    }
    return line
  }
}

/** What was wrong with the line, where that counts. */
function scan(line: string, strict: boolean, take: (key: string, value: string) => void): string | undefined {
  try {
    new LogfmtScan(line, strict).pairs(take)
    return undefined
  } catch (error) {
    if (error instanceof LogfmtError) return error.message
    throw error
  }
}
