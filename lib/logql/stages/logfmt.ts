import type { LogfmtStage } from '../ast.ts'
import { labelOf } from '../pipeline/labels.ts'
import { formatExtractions, parseExtractions } from './extractions.ts'
import { withoutUnread } from './json-string.ts'
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
    const start = tokens.next
    const fields = parseExtractions(tokens)
    for (const { path } of fields)
      if (!/^[^\s="]+$/.test(path)) throw tokens.error(`${JSON.stringify(path)} is no key of logfmt`, start)
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
      if (value !== '' || keepEmpty) labels.extract(labelOf(key), withoutUnread(value))
    })
    if (error !== undefined) labels.fail('LogfmtParserErr', error)
    return line
  }
}

/** The last of several counts; each of the labels is there in any case. */
function chosenFields({ fields, strict }: LogfmtStage): Process {
  const byKey = new Map(fields.map(({ label, path }) => [labelOf(path), label]))
  const byLabel = new Set(fields.map(({ label }) => label))
  return (line, labels) => {
    for (const label of byLabel) if (!labels.isGiven(label)) labels.set(label, '')
    const error = scan(line, strict, (key, value) => {
      const name = labelOf(key)
      // what an earlier stage has made of the key is not taken a second time, as in Loki
      if (!byLabel.has(name) && labels.isMade(name)) return
      const label = byKey.get(name) ?? (byLabel.has(name) ? name : undefined)
      if (label !== undefined) labels.choose(label, value.includes('\ufffd') ? '' : value)
    })
    if (error !== undefined) labels.fail('LogfmtParserErr', error)
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
