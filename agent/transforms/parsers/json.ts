import { z } from 'zod'
import { JsonLines } from '../../lines/json.ts'
import { fieldTaker, parserKind } from './parser.ts'

/** A JSON object: nested members with dots in their key. */
export const jsonParser = parserKind({
  format: 'json',
  options: z.strictObject({}),
  create: (_, context) => {
    const lines = new JsonLines(context.out, fieldTaker(context))
    return { parse: (bytes, start, end) => lines.read(bytes, start, end) }
  },
})
