import { z } from 'zod'
import { severityOfDigits, severityWords } from '../../lines/severity.ts'
import { parserKind } from './parser.ts'

/** OpenTelemetry's severity numbers; the first of each level. */
const numbers = {
  trace: 1,
  debug: 5,
  info: 9,
  notice: 10,
  warn: 13,
  error: 17,
  critical: 18,
  fatal: 21,
} as const
type Level = keyof typeof numbers
const names = Object.keys(numbers) as [Level, ...Level[]]

/** A text that is a level, by a mapping of one's own and else by the words and numbers that are common. */
export const severityParser = parserKind({
  format: 'severity',
  options: z.strictObject({
    /** What is written, case aside, and the level that it means. */
    mapping: z.record(z.string().min(1), z.union([z.enum(names), z.int().min(1).max(24)])).default({}),
  }),
  takesAll: true,
  create: ({ mapping }, { out }) => {
    const own = new Map(
      Object.entries(mapping).map(([text, level]) => [
        text.toLowerCase(),
        typeof level === 'number' ? level : numbers[level],
      ]),
    )
    return {
      parse: (bytes, start, end) => {
        const number =
          own.get(bytes.toString('utf8', start, end).toLowerCase()) ??
          severityWords.find(bytes, start, end) ??
          severityOfDigits(bytes, start, end)
        if (number === 0) return false
        out.setSeverity(number, bytes, start, end)
        return true
      },
    }
  },
})
