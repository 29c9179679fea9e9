import { z } from 'zod'
import { NamedField } from './named-field.ts'
import { fieldTaker, type Parser, type ParserContext, parserKind } from './parser.ts'

const capture = /<([A-Za-z_][\w.]*)>/g

/** A line with places in it, as LogQL's `pattern` has it: `<ip> - - [<time>] "<method> <path> <_>"`. */
export const patternParser = parserKind({
  format: 'pattern',
  options: z.strictObject({
    pattern: z.string().superRefine((text, context) => {
      const problem = problemOf(text)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `a pattern: ${problem}` })
    }),
  }),
  create: ({ pattern }, context) => new PatternParser(pattern, context),
})

function problemOf(pattern: string): string | undefined {
  const names = [...pattern.matchAll(capture)].map(found => found[1] as string)
  if (names.every(name => name === '_')) return 'at least one place has a name, as in <user>'
  const adjacent = /<[A-Za-z_][\w.]*><[A-Za-z_][\w.]*>/.exec(pattern)
  if (adjacent !== null) return `column ${adjacent.index + 1}: two places need a text between them`
  const twice = names.find((name, i) => name !== '_' && names.indexOf(name) < i)
  return twice === undefined ? undefined : `two places have the name ${twice}`
}

interface Place {
  /** Undefined for `<_>`. */
  field: NamedField | undefined
  /** What stands behind it; empty: it takes the rest. */
  until: Buffer
}

class PatternParser implements Parser {
  readonly #context: ParserContext
  readonly #taker: ReturnType<typeof fieldTaker>
  readonly #prefix: Buffer
  readonly #places: readonly Place[]

  constructor(pattern: string, context: ParserContext) {
    this.#context = context
    this.#taker = fieldTaker(context)
    // texts and names in turn, a text first
    const parts = pattern.split(capture)
    this.#prefix = Buffer.from(parts[0] ?? '')
    this.#places = Array.from({ length: Math.floor(parts.length / 2) }, (_, i) => {
      const name = parts[i * 2 + 1] as string
      return {
        field: name === '_' ? undefined : new NamedField(name),
        until: Buffer.from(parts[i * 2 + 2] ?? ''),
      }
    })
  }

  parse(bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.subarray(start, end)
    if (text.indexOf(this.#prefix) !== 0) return false
    let at = this.#prefix.length
    this.#taker.begin()
    for (const { field, until } of this.#places) {
      const stop = until.length === 0 ? text.length : text.indexOf(until, at)
      if (stop < 0) return false
      field?.put(this.#context.out, this.#taker, bytes, start + at, start + stop)
      at = stop + until.length
    }
    this.#taker.end()
    return true
  }
}
