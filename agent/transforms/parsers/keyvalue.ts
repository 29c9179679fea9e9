import { z } from 'zod'
import { NamedField } from './named-field.ts'
import { fieldTaker, type Parser, type ParserContext, parserKind } from './parser.ts'

/** Names are kept from one line to the next, as long as there are not too many. */
const maxNames = 1000
const maxPairs = 1000

/** Pairs with delimiters of one's own: `a: 1; b: "2; 3"`. Values may stand in double quotes. */
export const keyValueParser = parserKind({
  format: 'keyvalue',
  options: z.strictObject({
    /** Between two pairs. */
    pairDelimiter: z.string().min(1).max(16).default(' '),
    /** Between key and value. */
    keyDelimiter: z.string().min(1).max(16).default('='),
  }),
  create: ({ pairDelimiter, keyDelimiter }, context) =>
    new KeyValueParser(pairDelimiter, keyDelimiter, context),
})

class KeyValueParser implements Parser {
  readonly #between: string
  readonly #inside: string
  readonly #context: ParserContext
  readonly #taker: ReturnType<typeof fieldTaker>
  readonly #fields = new Map<string, NamedField>()

  constructor(between: string, inside: string, context: ParserContext) {
    this.#between = between
    this.#inside = inside
    this.#context = context
    this.#taker = fieldTaker(context)
  }

  parse(bytes: Buffer, start: number, end: number): boolean {
    const text = bytes.toString('utf8', start, end)
    let pairs = 0
    this.#taker.begin()
    for (let at = 0; at < text.length && pairs < maxPairs; ) {
      const split = text.indexOf(this.#inside, at)
      if (split < 0) break
      const valueAt = split + this.#inside.length
      const stop = this.#endOfValue(text, valueAt)
      // a word without value before a pair is none of it
      const key = text.slice(at, split).split(this.#between).at(-1)?.trim() ?? ''
      if (key !== '') {
        this.#fieldOf(key).putText(this.#context.out, this.#taker, unquoted(text.slice(valueAt, stop).trim()))
        pairs++
      }
      at = stop + this.#between.length
    }
    this.#taker.end()
    return pairs > 0
  }

  /** Where the delimiter behind a value stands, outside of quotes. */
  #endOfValue(text: string, from: number): number {
    let at = from
    while (text[at] === ' ' && !text.startsWith(this.#between, at)) at++
    if (text[at] === '"') {
      at++
      while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    }
    const stop = text.indexOf(this.#between, Math.min(at, text.length))
    return stop < 0 ? text.length : stop
  }

  #fieldOf(key: string): NamedField {
    const known = this.#fields.get(key)
    if (known !== undefined) return known
    if (this.#fields.size >= maxNames) this.#fields.clear()
    const field = new NamedField(key)
    this.#fields.set(key, field)
    return field
  }
}

function unquoted(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text
  return text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
}
