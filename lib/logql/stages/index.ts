import type { Stage } from '../ast.ts'
import { decolorize } from './decolorize.ts'
import { drop } from './drop.ts'
import { json } from './json.ts'
import { keep } from './keep.ts'
import type { StageKind } from './kind.ts'
import { labelFormat } from './label-format.ts'
import { lineFormat } from './line-format.ts'
import { logfmt } from './logfmt.ts'
import { pattern } from './pattern.ts'
import { regexp } from './regexp.ts'
import { unpack } from './unpack.ts'

/** The stages that begin with their name. A new one is a file and a line here. */
const all = [json, logfmt, pattern, regexp, unpack, lineFormat, labelFormat, decolorize, drop, keep] as const

export const namedStages: ReadonlyMap<string, StageKind> = new Map(
  all.map(stage => [stage.name as string, stage as unknown as StageKind]),
)

export function kindOf(stage: Stage): StageKind | undefined {
  return namedStages.get(stage.kind)
}
