import { compilePredicate, type LogPredicate, parseCondition } from '../../lib/logql/index.ts'
import type { RecordDraft } from '../records/draft.ts'
import type { RecordFilter } from '../records/filter.ts'
import type { TransformConfig } from './config.ts'
import { DraftView } from './draft/view.ts'
import { newFigures, type RuleFigures } from './figures.ts'
import type { Rule, RuleContext, Verdict } from './rule.ts'
import { ruleKindOf } from './table.ts'

/** One record in so many is timed, rule by rule. */
const timedEvery = 64

interface Step {
  rule: Rule
  /** Makes the rule anew. */
  create: () => Rule
  where: LogPredicate | undefined
  figures: RuleFigures
}

/** Told of each rule that matched: for previews. */
export type StepObserver = (rule: number, verdict: Verdict) => void

/**
 * The rules of `agent.transforms`, in order, at work on drafts. Rules and what they remember are shared by all sources;
 * each source takes a `filter` of its own, since the ledger says of each what was dropped.
 */
export class Pipeline {
  readonly #steps: readonly Step[]
  readonly #view: DraftView
  readonly #monotonicMs: () => number
  #records = 0

  constructor(transforms: readonly TransformConfig[], context: Omit<RuleContext, 'view'>) {
    this.#view = new DraftView()
    this.#monotonicMs = () => context.clock.monotonicMs()
    const names = namesOf(transforms)
    this.#steps = transforms.map((config, i) => ({
      ...made(() => ruleKindOf(config).create(config, { ...context, view: this.#view })),
      where: config.where === undefined ? undefined : compilePredicate(parseCondition(config.where)),
      figures: newFigures(names[i] as string),
    }))
  }

  /** What each rule did, in order. */
  get figures(): readonly RuleFigures[] {
    return this.#steps.map(({ figures }) => ({ ...figures }))
  }

  /** The rules for one source: what they keep back for what comes next is the source's own. */
  filter(): RecordFilter {
    const steps = this.#steps.map(step =>
      step.rule.flush === undefined ? step : { ...step, ...made(step.create) },
    )
    const dropped = new Map<string, number>()
    return {
      isEmpty: steps.length === 0,
      apply: draft => {
        const end = this.#run(steps, draft, 0)
        this.#count(dropped, draft, end)
        return end === kept
      },
      flush: draft => this.#flush(steps, draft, end => this.#count(dropped, draft, end)),
      takeDropped: () => {
        const taken = Object.fromEntries(dropped)
        dropped.clear()
        return taken
      },
    }
  }

  /** False where the record is dropped or kept back for the next. */
  apply(draft: RecordDraft, observe?: StepObserver): boolean {
    return this.#run(this.#steps, draft, 0, observe) === kept
  }

  /** Puts a record that a rule has kept back, as the rules after it leave it, into the draft; false where none is left. */
  flush(draft: RecordDraft, observe?: StepObserver): boolean {
    return this.#flush(this.#steps, draft, () => undefined, observe)
  }

  #flush(
    steps: readonly Step[],
    draft: RecordDraft,
    ended: (end: number) => void,
    observe?: StepObserver,
  ): boolean {
    for (const [i, { rule, figures }] of steps.entries())
      while (rule.flush?.(draft)) {
        delayedBy(draft, figures.name)
        const end = this.#run(steps, draft, i + 1, observe)
        if (end === kept) return true
        ended(end)
      }
    return false
  }

  /** Where a rule dropped the record, under the rule's name. */
  #count(dropped: Map<string, number>, draft: RecordDraft, end: number): void {
    if (end < 0) return
    const name = this.#nameOf(end)
    draft.droppedBy = name
    dropped.set(name, (dropped.get(name) ?? 0) + 1)
  }

  #nameOf(step: number): string {
    return (this.#steps[step] as Step).figures.name
  }

  /** The step that dropped the record; `kept`, or `held`. */
  #run(steps: readonly Step[], draft: RecordDraft, from: number, observe?: StepObserver): number {
    const isTimed = ++this.#records % timedEvery === 0 || observe !== undefined
    for (let i = from; i < steps.length; i++) {
      const step = steps[i] as Step
      const verdict = isTimed ? this.#timed(step, draft, observe !== undefined) : this.#step(step, draft)
      if (verdict === undefined) continue
      observe?.(i, verdict)
      if (verdict === 'drop') return i
      if (verdict === 'hold') return held
    }
    return kept
  }

  /** Undefined where the rule is not for this record. */
  #step({ rule, where, figures }: Step, draft: RecordDraft): Verdict | undefined {
    if (where !== undefined) {
      this.#view.draft = draft
      if (!where(this.#view)) return undefined
    }
    figures.matched++
    const before = sizeOf(draft)
    const { topic } = draft
    const { bytes, start, end } = draft.body
    const verdict = rule.apply(draft)
    if (verdict === 'drop') {
      figures.dropped++
      figures.bytesSaved += before
    } else if (verdict === 'changed') {
      figures.changed++
      draft.isVerbatim = false
      figures.bytesSaved += before - sizeOf(draft)
      if (draft.topic !== topic) draft.routedBy = figures.name
      const { body } = draft
      if (body.bytes !== bytes || body.start !== start || body.end !== end) changedBy(draft, figures.name)
    }
    if (rule.flush !== undefined && verdict !== 'hold') delayedBy(draft, figures.name)
    return verdict
  }

  #timed(step: Step, draft: RecordDraft, isAlways: boolean): Verdict | undefined {
    const started = this.#monotonicMs()
    const verdict = this.#step(step, draft)
    step.figures.cpuMs += (this.#monotonicMs() - started) * (isAlways ? 1 : timedEvery)
    return verdict
  }
}

function made(create: () => Rule): Pick<Step, 'rule' | 'create'> {
  return { rule: create(), create }
}

/** The first says it for all. */
function changedBy(draft: RecordDraft, rule: string): void {
  if (draft.changedBy === '') draft.changedBy = rule
}

function delayedBy(draft: RecordDraft, rule: string): void {
  draft.isDelayed = true
  changedBy(draft, rule)
}

const kept = -1
const held = -2

function sizeOf({ body, attributes }: RecordDraft): number {
  return body.length + attributes.position
}

/** Rules without a name have their type's, numbered where there are several. */
function namesOf(transforms: readonly TransformConfig[]): string[] {
  const taken = new Set(transforms.map(config => config.name))
  return transforms.map(({ name, type }) => {
    if (name !== undefined) return name
    let own: string = type
    for (let n = 2; taken.has(own); n++) own = `${type}-${n}`
    taken.add(own)
    return own
  })
}
