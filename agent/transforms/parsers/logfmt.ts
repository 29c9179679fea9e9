import { z } from 'zod'
import { LogfmtLines } from '../../lines/logfmt.ts'
import { fieldTaker, parserKind } from './parser.ts'

/** `key=value key="quoted value"`. */
export const logfmtParser = parserKind({
  format: 'logfmt',
  options: z.strictObject({}),
  create: (_, context) => {
    const lines = new LogfmtLines(context.out, fieldTaker(context))
    return { parse: (bytes, start, end) => lines.read(bytes, start, end, 1) }
  },
})
