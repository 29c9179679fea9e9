import { z } from 'zod'
import type { Clock } from '../../lib/base/index.ts'
import { parseCondition, QueryError } from '../../lib/logql/index.ts'
import type { RecordDraft } from '../records/draft.ts'
import type { DraftView } from './draft/view.ts'

/**
 * What a rule made of a record: left as it was, changed, not wanted, or kept back for what comes next (see `flush`).
 */
export type Verdict = 'same' | 'changed' | 'drop' | 'hold'

/** A rule at work. Keeps what it needs of former records within bounds; anything of a draft is copied. */
export interface Rule {
  apply(draft: RecordDraft): Verdict
  /** Puts a record that was kept back into the draft; false where there is none. Called at the end of each batch. */
  flush?(draft: RecordDraft): boolean
}

/** What rules are handed beside their configuration. */
export interface RuleContext {
  clock: Clock
  /** From 0 to 1, 1 excluded. */
  random: () => number
  hostName: string
  environment: Readonly<Record<string, string | undefined>>
  /** A small file of the machine; undefined where it is not there. Asked at the start only. */
  readFile: (path: string) => string | undefined
  /** To look into the draft that is worked on. */
  view: DraftView
}

/** One type of rule. Adding one is a file in `rules/` and a line in `table.ts`. */
export interface RuleKind {
  readonly type: string
  readonly config: z.ZodObject
  create(config: unknown, context: RuleContext): Rule
}

/** Lets a type of rule be written with its own configuration's type. */
export function ruleKind<T extends z.ZodObject>(kind: {
  config: T
  create: (config: z.output<T>, context: RuleContext) => Rule
}): RuleKind & { config: T } {
  const { config, create } = kind
  const type = (config.shape['type'] as z.ZodLiteral<string>).value
  return { type, config, create: (own, context) => create(own as z.output<T>, context) }
}

/** Which records a rule is for: LogQL, of which the selector may be left out. */
const condition = z.string().superRefine((text, context) => {
  try {
    parseCondition(text)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    context.addIssue({ code: 'custom', message: `a condition: ${placeOf(error)}` })
  }
})

/** `line 2, column 7: unexpected }: remove it`. */
function placeOf({ line, column, message, suggestion }: QueryError): string {
  const place = line === 1 ? `column ${column}` : `line ${line}, column ${column}`
  return `${place}: ${message}${suggestion === undefined ? '' : `: ${suggestion}`}`
}

/** What every rule may have. */
export const common = {
  /** Stands in the ledger, in metrics and in previews; its type where it is left out. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'a name of letters, digits, . _ and -')
    .optional(),
  where: condition.optional(),
}

/** The name of a field: of an attribute, or body, service, host, level, trace_id, span_id. */
export const fieldName = z.string().min(1).max(256)
