import { z } from 'zod'
import { compileRe2, Re2SyntaxError } from '../../lib/re2/index.ts'

/** A regular expression in the configuration: refused with the place in it. */
export const re2Pattern = z.string().superRefine((text, context) => {
  try {
    compileRe2(text)
  } catch (error) {
    if (!(error instanceof Re2SyntaxError)) throw error
    const hint = error.suggestion === undefined ? '' : `: ${error.suggestion}`
    context.addIssue({
      code: 'custom',
      message: `a regular expression: column ${error.at + 1}: ${error.message}${hint}`,
    })
  }
})
