import { z } from 'zod'
import { compileRe2 } from '../../../lib/re2/index.ts'
import { re2Pattern } from '../re2-pattern.ts'
import { NamedField } from './named-field.ts'
import { fieldTaker, parserKind } from './parser.ts'

/** A regular expression whose named groups are fields; groups that took no part are none. */
export const regexParser = parserKind({
  format: 'regex',
  options: z.strictObject({
    pattern: re2Pattern.refine(hasNames, 'a regular expression with named groups as in (?P<user>\\S+)'),
  }),
  create: ({ pattern }, context) => {
    const re2 = compileRe2(pattern)
    const fields = re2.groupNames.map(name => (name === undefined ? undefined : new NamedField(name)))
    const taker = fieldTaker(context)
    return {
      parse: (bytes, start, end) => {
        const found = re2.exec(bytes.toString('utf8', start, end))
        if (found === undefined) return false
        taker.begin()
        for (const [i, text] of found.groups.entries())
          if (text !== undefined) fields[i]?.putText(context.out, taker, text)
        taker.end()
        return true
      },
    }
  },
})

function hasNames(pattern: string): boolean {
  return /\(\?P?<\w/.test(pattern)
}
