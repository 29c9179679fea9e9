import { labelKey } from '../promql/column.ts'
import type { AlertingRule } from './file.ts'
import type { RuleSample } from './sample.ts'

export type AlertState = 'pending' | 'firing' | 'resolved'

/** An alert of a rule: one for each label set of its result. Times in milliseconds. */
export interface Alert {
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  state: AlertState
  value: number
  activeAtMs: number
  firedAtMs?: number
  resolvedAtMs?: number
  /** Since when the condition does not hold, though it goes on firing. */
  keepFiringSinceMs?: number
}

export type Alerts = ReadonlyMap<string, Alert>

/** Resolved alerts are told of for so long, so that a receiver that was away hears of it. Source: Prometheus, rules/alerting.go. */
export const resolvedKeptMs = 900_000

/** Labels and annotations of an alert, made of a sample. */
export type Describe = (sample: RuleSample) => Pick<Alert, 'labels' | 'annotations'>

/**
 * What becomes of a rule's alerts when its condition holds for these samples at a moment: pending until it has held for `for`,
 * then firing, and for `keep_firing_for` longer; then resolved. Pure. Errors: two samples with one label set.
 */
export function stepAlerts(
  rule: Pick<AlertingRule, 'alert' | 'for' | 'keep_firing_for'>,
  before: Alerts,
  samples: readonly RuleSample[],
  atMs: number,
  describe: Describe,
): Alerts {
  const next = new Map<string, Alert>()
  for (const sample of samples) {
    const described = describe(sample)
    const key = labelKey(described.labels)
    if (next.has(key)) throw new Error(`the rule ${rule.alert} gives one label set twice: ${key}`)
    next.set(key, active(rule, before.get(key), { ...described, value: sample.value }, atMs))
  }
  for (const [key, alert] of before) {
    const kept = next.has(key) ? undefined : gone(rule, alert, atMs)
    if (kept !== undefined) next.set(key, kept)
  }
  return next
}

function active(
  rule: Pick<AlertingRule, 'for'>,
  before: Alert | undefined,
  now: Pick<Alert, 'labels' | 'annotations' | 'value'>,
  atMs: number,
): Alert {
  const isNew = before === undefined || before.state === 'resolved'
  const activeAtMs = isNew ? atMs : before.activeAtMs
  const wasFiring = !isNew && before.state === 'firing'
  if (!wasFiring && atMs - activeAtMs < rule.for) return { ...now, state: 'pending', activeAtMs }
  return {
    ...now,
    state: 'firing',
    activeAtMs,
    firedAtMs: (wasFiring ? before.firedAtMs : undefined) ?? atMs,
  }
}

/** Undefined where nothing is left to say of it. */
function gone(rule: Pick<AlertingRule, 'keep_firing_for'>, alert: Alert, atMs: number): Alert | undefined {
  if (alert.state === 'pending') return undefined
  if (alert.state === 'resolved')
    return atMs - (alert.resolvedAtMs ?? atMs) > resolvedKeptMs ? undefined : alert
  const sinceMs = alert.keepFiringSinceMs ?? atMs
  if (rule.keep_firing_for > 0 && atMs - sinceMs < rule.keep_firing_for)
    return { ...alert, keepFiringSinceMs: sinceMs }
  return { ...alert, state: 'resolved', resolvedAtMs: atMs }
}

/** The state of a rule: the worst of its alerts. */
export function worstState(alerts: Alerts): 'inactive' | 'pending' | 'firing' {
  const states = new Set([...alerts.values()].map(({ state }) => state))
  if (states.has('firing')) return 'firing'
  return states.has('pending') ? 'pending' : 'inactive'
}
