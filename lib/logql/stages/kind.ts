import type { Stage } from '../ast.ts'
import type { LineLabels } from '../pipeline/labels.ts'
import type { LogTokens } from '../tokens.ts'

/** What a stage makes of a line; undefined drops it. */
export type Process = (line: string, labels: LineLabels) => string | undefined

/** A stage that begins with its name: `| json`. One file each, and one line in the table. */
export interface StageKind<S extends Stage = Stage> {
  name: S['kind']
  /** What stands behind the name. Errors: QUERY_INVALID. */
  parse(tokens: LogTokens): S
  format(stage: S): string
  /** Errors: those of what a stage is made of, with no place. */
  compile(stage: S): Process
}
