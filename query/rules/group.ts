import { messageOf } from '../../lib/base/index.ts'
import { labelKey } from '../promql/column.ts'
import { type Alerts, stepAlerts } from './alert.ts'
import { type AlertingRule, isAlerting, type RecordingRule, type Rule, type RuleGroup } from './file.ts'
import type { RuleSample } from './sample.ts'
import type { GroupState, RuleHealth } from './state.ts'

export type Labels = Readonly<Record<string, string>>

/** A sample that goes back as a metric; undefined ends the series. */
export interface Recorded {
  labels: Labels
  value: number | undefined
}

export interface GroupRun {
  state: GroupState
  /** For the metrics' topic. */
  recorded: readonly Recorded[]
}

export interface GroupTools {
  /** The value of an expression at a moment. */
  query(expr: string, atMs: number): Promise<RuleSample[]>
  /** A template of a label or an annotation, expanded. */
  expand(template: string, sample: RuleSample, atMs: number): Promise<string>
  monotonicMs(): number
  /** Told of what a rule gives before the next one asks. */
  onRecorded?(recorded: readonly Recorded[]): void
}

/** Rules are known by what they say: a changed expression begins anew. */
export function ruleKey(rule: Rule): string {
  return isAlerting(rule)
    ? `alert ${rule.alert} ${rule.expr}`
    : `record ${rule.record} ${labelKey(rule.labels)} ${rule.expr}`
}

/**
 * All rules of a group at one moment, in their order; one that fails leaves its alerts as they were. Source: Prometheus,
 * recording rules and alerting rules.
 */
export async function runGroup(
  group: RuleGroup,
  before: GroupState,
  atMs: number,
  tools: GroupTools,
): Promise<GroupRun> {
  const run = new Run(group, before, atMs, tools)
  for (const rule of group.rules) await run.rule(rule)
  return run.finish()
}

class Run {
  readonly #group: RuleGroup
  readonly #before: GroupState
  readonly #atMs: number
  readonly #tools: GroupTools
  readonly #health = new Map<string, RuleHealth>()
  readonly #recorded: Recorded[] = []
  readonly #alerts = new Map<string, Alerts>()
  readonly #series = new Map<string, readonly Labels[]>()

  constructor(group: RuleGroup, before: GroupState, atMs: number, tools: GroupTools) {
    this.#group = group
    this.#before = before
    this.#atMs = atMs
    this.#tools = tools
  }

  async rule(rule: Rule): Promise<void> {
    const startMs = this.#tools.monotonicMs()
    let error = ''
    try {
      await this.#evaluate(rule)
    } catch (failure) {
      error = messageOf(failure)
      this.#keep(rule)
    }
    this.#health.set(ruleKey(rule), {
      lastError: error,
      evaluatedMs: this.#atMs,
      tookMs: this.#tools.monotonicMs() - startMs,
    })
  }

  finish(): GroupRun {
    const state = {
      evaluatedMs: this.#atMs,
      alerts: this.#alerts,
      recorded: this.#series,
      health: this.#health,
      waiting: '',
      missed: this.#before.missed,
    }
    return { state, recorded: this.#recorded }
  }

  async #evaluate(rule: Rule): Promise<void> {
    const samples = await this.#tools.query(rule.expr, this.#atMs - this.#group.query_offset)
    const { limit } = this.#group
    if (limit > 0 && samples.length > limit)
      throw new Error(`exceeded limit of ${limit} with ${samples.length} series`)
    if (isAlerting(rule)) await this.#alert(rule, samples)
    else this.#record(rule, samples)
  }

  async #alert(rule: AlertingRule, samples: readonly RuleSample[]): Promise<void> {
    const described = new Map<RuleSample, { labels: Labels; annotations: Labels }>()
    for (const sample of samples) described.set(sample, await this.#describe(rule, sample))
    const before = this.#before.alerts.get(ruleKey(rule)) ?? new Map()
    const alerts = stepAlerts(
      rule,
      before,
      samples,
      this.#atMs,
      sample => described.get(sample) ?? { labels: {}, annotations: {} },
    )
    this.#alerts.set(ruleKey(rule), alerts)
    const series = [...alerts.values()].filter(({ state }) => state !== 'resolved')
    this.#put(
      rule,
      series.map(({ labels, state }) => ({
        labels: { ...labels, __name__: 'ALERTS', alertstate: state },
        value: 1,
      })),
    )
  }

  async #describe(rule: AlertingRule, sample: RuleSample): Promise<{ labels: Labels; annotations: Labels }> {
    const { __name__: _, ...own } = sample.labels
    const labels = { ...this.#group.labels, ...rule.labels }
    return {
      labels: { ...own, ...(await this.#expand(labels, sample)), alertname: rule.alert },
      annotations: await this.#expand(rule.annotations, sample),
    }
  }

  async #expand(templates: Labels, sample: RuleSample): Promise<Record<string, string>> {
    const expanded: Record<string, string> = {}
    for (const [name, template] of Object.entries(templates))
      expanded[name] = await this.#tools.expand(template, sample, this.#atMs)
    return expanded
  }

  #record(rule: RecordingRule, samples: readonly RuleSample[]): void {
    const all = samples.map(({ labels, value }) => ({
      labels: { ...labels, ...this.#group.labels, ...rule.labels, __name__: rule.record },
      value,
    }))
    const keys = new Set(all.map(({ labels }) => labelKey(labels)))
    if (keys.size !== all.length) throw new Error(`the rule ${rule.record} gives one label set twice`)
    this.#put(rule, all)
  }

  /** Series that the rule gave before and does not give now have ended. */
  #put(rule: Rule, all: readonly Recorded[]): void {
    const key = ruleKey(rule)
    const now = new Set(all.map(({ labels }) => labelKey(labels)))
    const ended = (this.#before.recorded.get(key) ?? []).filter(labels => !now.has(labelKey(labels)))
    const recorded = [...all, ...ended.map(labels => ({ labels, value: undefined }))]
    this.#recorded.push(...recorded)
    this.#tools.onRecorded?.(recorded)
    this.#series.set(
      key,
      all.map(({ labels }) => labels),
    )
  }

  #keep(rule: Rule): void {
    const key = ruleKey(rule)
    const [alerts, series] = [this.#before.alerts.get(key), this.#before.recorded.get(key)]
    if (alerts !== undefined) this.#alerts.set(key, alerts)
    if (series !== undefined) this.#series.set(key, series)
  }
}
