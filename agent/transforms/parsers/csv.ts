import { z } from 'zod'
import { NamedField } from './named-field.ts'
import { fieldTaker, parserKind } from './parser.ts'

/** Values in columns, in quotes or not. Source: RFC 4180. */
export const csvParser = parserKind({
  format: 'csv',
  options: z.strictObject({
    /** Names of the columns in order; `_` for one that is left out. */
    columns: z.array(z.string().min(1)).min(1).max(1000),
    delimiter: z.string().length(1).default(','),
    quote: z.string().length(1).default('"'),
  }),
  create: ({ columns, delimiter, quote }, context) => {
    const fields = columns.map(name => (name === '_' ? undefined : new NamedField(name)))
    const taker = fieldTaker(context)
    return {
      parse: (bytes, start, end) => {
        const values = readValues(bytes.toString('utf8', start, end), delimiter, quote)
        if (values === undefined || values.length !== fields.length) return false
        taker.begin()
        for (const [i, value] of values.entries())
          if (value !== '') fields[i]?.putText(context.out, taker, value)
        taker.end()
        return true
      },
    }
  },
})

/** Undefined where a quote is not closed, or more follows behind one. */
function readValues(line: string, delimiter: string, quote: string): string[] | undefined {
  const values: string[] = []
  let at = 0
  for (;;) {
    const stop = line[at] === quote ? endOfQuoted(line, at, quote) : endOfPlain(line, at, delimiter)
    if (stop < 0 || (stop < line.length && line[stop] !== delimiter)) return undefined
    const written = line.slice(at, stop)
    values.push(written.startsWith(quote) ? written.slice(1, -1).replaceAll(quote + quote, quote) : written)
    if (stop >= line.length) return values
    at = stop + 1
  }
}

function endOfPlain(line: string, from: number, delimiter: string): number {
  const stop = line.indexOf(delimiter, from)
  return stop < 0 ? line.length : stop
}

/** Past the quote that closes; two in a row stand for one. */
function endOfQuoted(line: string, from: number, quote: string): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] !== quote) continue
    if (line[at + 1] !== quote) return at + 1
    at++
  }
  return -1
}
