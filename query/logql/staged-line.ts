import type { LineLabels } from '../../lib/logql/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { type LogRow, toLogLine } from '../logs.ts'

/** A line as our own API gives it: it stays what it is, its message is what the stages made of it, and labels that they made stand beside its attributes. */
export function toStagedLine(row: LogRow, line: string, labels: LineLabels): LogLine {
  const own = toLogLine(row)
  const attributes = { ...own.attributes, ...parsedIn(labels) }
  return line === row.body ? { ...own, attributes } : { ...own, attributes, message: line }
}

function parsedIn(labels: LineLabels): Record<string, string> {
  return Object.fromEntries(
    [...labels.all()].flatMap(([name, value, category]) => (category === 'parsed' ? [[name, value]] : [])),
  )
}
