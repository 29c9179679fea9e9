import type { z } from 'zod'
import { FieldTaker } from '../../lines/fields.ts'
import { TimeReader } from '../../lines/time/reader.ts'
import type { Zone } from '../../lines/time/zone.ts'
import type { RecordDraft } from '../../records/draft.ts'

/** Reads one format out of a range of bytes. */
export interface Parser {
  /**
   * Puts what is found into the draft it was made for; false where the text is none of the format: what was written is
   * of no use then.
   */
  parse(bytes: Buffer, start: number, end: number): boolean
}

export interface ParserContext {
  /** Where parsers write to: empty before each text. */
  out: RecordDraft
  /** That of times without one. */
  zone: Zone
  nowMs: () => number
}

/** One format. Adding one is a file in `parsers/` and a line in `parsers/table.ts`. */
export interface ParserKind {
  readonly format: string
  readonly options: z.ZodObject
  /** What was parsed is wholly in fields of the record: an attribute that it came from is taken away. */
  readonly takesAll: boolean
  create(options: unknown, context: ParserContext): Parser
}

/** Lets a format be written with the type of its own options. */
export function parserKind<T extends z.ZodObject>(kind: {
  format: string
  options: T
  takesAll?: boolean
  create: (options: z.output<T>, context: ParserContext) => Parser
}): ParserKind & { options: T } {
  const { format, options, takesAll = false, create } = kind
  return { format, options, takesAll, create: (own, context) => create(own as z.output<T>, context) }
}

/** Takes fields by the roles that their names have: time, level, ids, service, host. */
export function fieldTaker({ out, zone, nowMs }: ParserContext): FieldTaker {
  return new FieldTaker(out, new TimeReader(zone, nowMs), true)
}
