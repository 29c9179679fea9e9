import type { Taps } from './admin/taps.ts'
import type { RecordFilter } from './records/filter.ts'
import { SwitchFilter } from './records/switch-filter.ts'
import type { TransformConfig } from './transforms/config.ts'
import type { RuleFigures } from './transforms/figures.ts'
import { Pipeline } from './transforms/pipeline.ts'
import type { RuleContext } from './transforms/rule.ts'

export type RulesContext = Omit<RuleContext, 'view'>

/** The rules of an agent: one pipeline for all sources, which may be replaced while they run. */
export class Rules {
  readonly #context: RulesContext
  readonly #taps: Taps
  readonly #switches = new Set<SwitchFilter>()
  #pipeline: Pipeline
  #transforms: readonly TransformConfig[]

  constructor(transforms: readonly TransformConfig[], context: RulesContext, taps: Taps) {
    this.#context = context
    this.#taps = taps
    this.#transforms = transforms
    this.#pipeline = new Pipeline(transforms, context)
  }

  /** For one source: the ledger says of each what was dropped. */
  filter(): RecordFilter {
    const filter = new SwitchFilter(this.#pipeline.filter())
    this.#switches.add(filter)
    return this.#taps.over(filter)
  }

  /** Other rules from now on. Throws, and leaves those that are, where the new ones cannot be made. */
  replace(transforms: readonly TransformConfig[]): void {
    const pipeline = new Pipeline(transforms, this.#context)
    for (const filter of this.#switches) filter.switchTo(pipeline.filter())
    this.#pipeline = pipeline
    this.#transforms = transforms
  }

  /** What each rule did since it began, with its type. */
  figures(): (RuleFigures & { type: string })[] {
    return this.#pipeline.figures.map((figures, i) => ({ ...figures, type: this.#transforms[i]?.type ?? '' }))
  }
}

/** Topics that rules send records to. */
export function routedTopics(transforms: readonly TransformConfig[]): string[] {
  return transforms.flatMap(rule =>
    rule.type === 'route' && typeof rule['topic'] === 'string' ? [rule['topic']] : [],
  )
}
