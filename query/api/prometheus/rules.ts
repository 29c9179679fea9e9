import { hash } from 'node:crypto'
import { OperatingError } from '../../../lib/base/index.ts'
import { type LabelMatch, matchTakes } from '../../promql/ast.ts'
import type { Labels } from '../../promql/column.ts'
import { formatValue } from '../../promql/number.ts'
import type { Alert } from '../../rules/alert.ts'
import { worstState } from '../../rules/alert.ts'
import { isAlerting, type Rule, type RuleGroup } from '../../rules/file.ts'
import { ruleKey } from '../../rules/group.ts'
import { languageOf } from '../../rules/language.ts'
import type { GroupState } from '../../rules/state.ts'
import type { RulesView } from '../rules/rules-of.ts'
import { selectorOf } from './labels.ts'
import { countIn, flagIn, type Parameters } from './parameters.ts'

const never = '0001-01-01T00:00:00Z'

/** The groups of rules with how they went. Source: Prometheus HTTP API, rules. */
export function rulesAnswer(rules: RulesView, parameters: Pick<Parameters, 'list' | 'optional'>) {
  const wanted = {
    type: typeIn(parameters),
    selectors: parameters.list('match').map(text => selectorOf(text).matchers),
    names: parameters.list('rule_name'),
    groups: parameters.list('rule_group'),
    files: parameters.list('file'),
    withAlerts: !flagIn(parameters, 'exclude_alerts'),
  }
  const takes = (list: readonly string[], name: string) => list.length === 0 || list.includes(name)
  const groups = rules.groups
    .filter(group => takes(wanted.groups, group.name) && takes(wanted.files, group.file))
    .map(group =>
      groupAnswer(group, rules.stateOf(group), rule => isWanted(rule, group, wanted), wanted.withAlerts),
    )
  return pageOf(
    groups.filter(
      group => group.rules.length > 0 || (wanted.names.length === 0 && wanted.selectors.length === 0),
    ),
    parameters,
  )
}

/** Errors: PARAMETER_INVALID. */
function typeIn(parameters: Pick<Parameters, 'optional'>): string | undefined {
  const type = parameters.optional('type')?.toLowerCase()
  if (type === undefined || type === '' || type === 'alert' || type === 'record') return type || undefined
  throw new OperatingError('PARAMETER_INVALID', `invalid parameter "type": not supported value "${type}"`)
}

/** So many groups from the token of the page before on. Errors: PARAMETER_INVALID. */
function pageOf<Group extends { file: string; name: string }>(
  groups: readonly Group[],
  parameters: Pick<Parameters, 'optional'>,
) {
  const limit = countIn(parameters, 'group_limit', 1)
  const token = parameters.optional('group_next_token') ?? ''
  if (token !== '' && limit === 0)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    )
  if (limit === 0) return { groups }
  const from = token === '' ? 0 : groups.findIndex(group => tokenOf(group) === token)
  if (from < 0)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'invalid parameter "group_next_token": no group has it any more: begin anew without it',
    )
  const next = groups[from + limit]
  return {
    groups: groups.slice(from, from + limit),
    ...(next === undefined ? {} : { groupNextToken: tokenOf(next) }),
  }
}

function tokenOf({ file, name }: { file: string; name: string }): string {
  return hash('sha1', `${file};${name}`)
}

/** Alerts that are pending or firing. Source: Prometheus HTTP API, alerts. */
export function alertsAnswer(rules: RulesView) {
  return { alerts: rules.alerts().filter(isActive).map(alertAnswer) }
}

interface Wanted {
  type: string | undefined
  /** Any of these takes the labels of a rule; none: all are taken. */
  selectors: readonly (readonly LabelMatch[])[]
  names: readonly string[]
}

function isWanted(rule: Rule, group: RuleGroup, { type, selectors, names }: Wanted): boolean {
  const kind = isAlerting(rule) ? 'alert' : 'record'
  const name = isAlerting(rule) ? rule.alert : rule.record
  const labels: Labels = { ...group.labels, ...rule.labels }
  const isTaken =
    selectors.length === 0 ||
    selectors.some(matchers => matchers.every(one => matchTakes(one, labels[one.name] ?? '')))
  return isTaken && (type === undefined || type === kind) && (names.length === 0 || names.includes(name))
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
    // ours: an expression may count lines
    language: languageOf(rule.expr, group.type),
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
