import type { RuleKind } from './rule.ts'
import { dedupeKind } from './rules/dedupe.ts'
import { detectKind } from './rules/detect.ts'
import { dropKind } from './rules/drop.ts'
import { joinKind } from './rules/join.ts'
import { keepKind } from './rules/keep.ts'
import { parseKind } from './rules/parse.ts'
import { redactKind } from './rules/redact.ts'
import { removeKind } from './rules/remove.ts'
import { renameKind } from './rules/rename.ts'
import { routeKind } from './rules/route.ts'
import { sampleKind } from './rules/sample.ts'
import { setKind } from './rules/set.ts'
import { throttleKind } from './rules/throttle.ts'

/** Every type of rule there is: configuration, pipeline and documentation go by this table. */
export const ruleKinds = [
  parseKind,
  setKind,
  renameKind,
  removeKind,
  keepKind,
  redactKind,
  dropKind,
  sampleKind,
  throttleKind,
  dedupeKind,
  joinKind,
  detectKind,
  routeKind,
] as const

const byType: ReadonlyMap<string, RuleKind> = new Map(ruleKinds.map(kind => [kind.type, kind]))

/** The type of a rule whose configuration was checked. */
export function ruleKindOf(config: { type: string }): RuleKind {
  const kind = byType.get(config.type)
  if (kind === undefined) throw new Error(`no rule of type ${config.type}`)
  return kind
}
