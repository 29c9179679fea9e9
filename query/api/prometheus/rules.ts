import type { Alert } from '../../rules/alert.ts'
import { worstState } from '../../rules/alert.ts'
import { isAlerting, type Rule, type RuleGroup } from '../../rules/file.ts'
import { ruleKey } from '../../rules/group.ts'
import type { GroupState } from '../../rules/state.ts'
import type { RulesView } from '../rules/rules-of.ts'
import type { Parameters } from './parameters.ts'
import { formatValue } from './values.ts'

const never = '0001-01-01T00:00:00Z'

/** The groups of rules with how they went. Source: Prometheus HTTP API, rules. */
export function rulesAnswer(rules: RulesView, parameters: Pick<Parameters, 'list' | 'optional'>) {
  const wanted = {
    type: parameters.optional('type'),
    names: parameters.list('rule_name'),
    groups: parameters.list('rule_group'),
    files: parameters.list('file'),
    withAlerts: parameters.optional('exclude_alerts') !== 'true',
  }
  const takes = (list: readonly string[], name: string) => list.length === 0 || list.includes(name)
  const groups = rules.groups
    .filter(group => takes(wanted.groups, group.name) && takes(wanted.files, group.file))
    .map(group => groupAnswer(group, rules.stateOf(group), rule => isWanted(rule, wanted), wanted.withAlerts))
  return { groups: groups.filter(group => group.rules.length > 0 || wanted.names.length === 0) }
}

/** Alerts that are pending or firing. Source: Prometheus HTTP API, alerts. */
export function alertsAnswer(rules: RulesView) {
  return { alerts: rules.alerts().filter(isActive).map(alertAnswer) }
}

function isWanted(
  rule: Rule,
  { type, names }: { type: string | undefined; names: readonly string[] },
): boolean {
  const kind = isAlerting(rule) ? 'alert' : 'record'
  const name = isAlerting(rule) ? rule.alert : rule.record
  return (type === undefined || type === kind) && (names.length === 0 || names.includes(name))
}

function groupAnswer(
  group: RuleGroup,
  state: GroupState,
  wants: (rule: Rule) => boolean,
  withAlerts: boolean,
) {
  const tookMs = [...state.health.values()].reduce((sum, health) => sum + health.tookMs, 0)
  return {
    name: group.name,
    file: group.file,
    interval: group.interval / 1000,
    limit: group.limit,
    rules: group.rules.filter(wants).map(rule => ruleAnswer(rule, group, state, withAlerts)),
    evaluationTime: tookMs / 1000,
    lastEvaluation: state.evaluatedMs === undefined ? never : new Date(state.evaluatedMs).toISOString(),
    // ours: what it waits for, and what it did not evaluate
    waiting: state.waiting,
    missed: state.missed,
  }
}

function ruleAnswer(rule: Rule, group: RuleGroup, state: GroupState, withAlerts: boolean) {
  const health = state.health.get(ruleKey(rule))
  const head = {
    query: rule.expr,
    labels: { ...group.labels, ...rule.labels },
    health: health === undefined ? 'unknown' : health.lastError === '' ? 'ok' : 'err',
    ...(health === undefined || health.lastError === '' ? {} : { lastError: health.lastError }),
    evaluationTime: (health?.tookMs ?? 0) / 1000,
    lastEvaluation: health === undefined ? never : new Date(health.evaluatedMs).toISOString(),
  }
  if (!isAlerting(rule)) return { type: 'recording', name: rule.record, ...head }
  const alerts = state.alerts.get(ruleKey(rule)) ?? new Map()
  return {
    type: 'alerting',
    name: rule.alert,
    state: worstState(alerts),
    duration: rule.for / 1000,
    keepFiringFor: rule.keep_firing_for / 1000,
    annotations: rule.annotations,
    alerts: withAlerts ? [...alerts.values()].filter(isActive).map(alertAnswer) : [],
    ...head,
  }
}

function isActive({ state }: Alert): boolean {
  return state !== 'resolved'
}

function alertAnswer({ labels, annotations, state, activeAtMs, value }: Alert) {
  return {
    labels,
    annotations,
    state,
    activeAt: new Date(activeAtMs).toISOString(),
    value: formatValue(value),
  }
}
