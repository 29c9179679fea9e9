import type { Alert } from '../alert.ts'
import type { Alerting, Route } from '../config.ts'
import type { Told } from '../journal.ts'

/** Alerts that are told of together. */
export interface Notification {
  key: string
  receiver: string
  groupLabels: Readonly<Record<string, string>>
  firing: readonly Alert[]
  resolved: readonly Alert[]
}

interface Times {
  groupWaitMs: number
  groupIntervalMs: number
  repeatIntervalMs: number
}

/** Alertmanager's. */
const usual: Times = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 }

interface Group extends Notification {
  times: Times
}

export type Matches = (match: string, labels: Readonly<Record<string, string>>) => boolean

/**
 * What is to be told now, of the alerts that nobody has silenced. A group is told of first after a wait, so that what belongs
 * together comes together; then when it changes, but not too often; and again where it goes on. Pure. Source: Alertmanager,
 * configuration of routes.
 */
export function dueNotifications(
  alerting: Pick<Alerting, 'route'>,
  alerts: readonly Alert[],
  told: ReadonlyMap<string, Told>,
  nowMs: number,
  matches: Matches,
): { send: Notification[]; forget: string[] } {
  const groups = groupsOf(alerting, alerts, matches)
  const send = groups
    .filter(group => isDue(group, told.get(group.key), nowMs))
    .map(group => pruned(group, told))
  const known = new Set(groups.map(({ key }) => key))
  return { send, forget: [...told.keys()].filter(key => !known.has(key)) }
}

export function toldOf({ firing, resolved }: Notification, atMs: number): Told {
  return { atMs, firing: firing.map(keyOf), resolved: resolved.map(keyOf) }
}

function isDue({ firing, resolved, times }: Group, told: Told | undefined, nowMs: number): boolean {
  if (told === undefined) {
    const since = Math.min(...firing.map(({ firedAtMs, activeAtMs }) => firedAtMs ?? activeAtMs))
    return firing.length > 0 && nowMs - since >= times.groupWaitMs
  }
  const sinceMs = nowMs - told.atMs
  const [before, ended] = [new Set(told.firing), new Set(told.resolved)]
  const hasNew = firing.some(alert => !before.has(keyOf(alert)))
  const hasEnded = resolved.some(alert => before.has(keyOf(alert)) && !ended.has(keyOf(alert)))
  if (hasNew || hasEnded) return sinceMs >= times.groupIntervalMs
  return firing.length > 0 && sinceMs >= times.repeatIntervalMs
}

/** Of those that have ended the ones that were told of. */
function pruned({ times: _, ...group }: Group, told: ReadonlyMap<string, Told>): Notification {
  const before = new Set(told.get(group.key)?.firing ?? [])
  return { ...group, resolved: group.resolved.filter(alert => before.has(keyOf(alert))) }
}

function groupsOf({ route }: Pick<Alerting, 'route'>, alerts: readonly Alert[], matches: Matches): Group[] {
  const groups = new Map<string, OpenGroup>()
  for (const alert of alerts)
    for (const taken of alert.state === 'pending' ? [] : routesOf(route, alert, matches)) {
      const group = groupOf(groups, route, taken, alert)
      if (group !== undefined) (alert.state === 'firing' ? group.firing : group.resolved).push(alert)
    }
  return [...groups.values()]
}

type OpenGroup = Group & { firing: Alert[]; resolved: Alert[] }

function groupOf(
  groups: Map<string, OpenGroup>,
  root: RouteHead,
  taken: RouteHead,
  { labels }: Alert,
): OpenGroup | undefined {
  const receiver = taken.receiver ?? root.receiver
  if (receiver === undefined) return undefined
  const by = taken.groupBy ?? root.groupBy ?? ['alertname']
  const groupLabels = by.includes('...')
    ? labels
    : Object.fromEntries(by.map(name => [name, labels[name] ?? '']))
  const key = `${receiver}/${JSON.stringify(groupLabels)}`
  const known = groups.get(key)
  if (known !== undefined) return known
  const group = { key, receiver, groupLabels, firing: [], resolved: [], times: timesOf(root, taken) }
  groups.set(key, group)
  return group
}

type RouteHead = Partial<
  Pick<Route, 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'>
>

/** The first route that takes an alert, and those behind it where it says so; the root where none does. */
function routesOf(route: Alerting['route'], { labels }: Alert, matches: Matches): RouteHead[] {
  const taken: RouteHead[] = []
  for (const one of route.routes) {
    if (!matches(one.match, labels)) continue
    taken.push(one)
    if (!one.continue) break
  }
  return taken.length === 0 ? [route] : taken
}

function timesOf(root: RouteHead, own: RouteHead): Times {
  return {
    groupWaitMs: own.groupWaitMs ?? root.groupWaitMs ?? usual.groupWaitMs,
    groupIntervalMs: own.groupIntervalMs ?? root.groupIntervalMs ?? usual.groupIntervalMs,
    repeatIntervalMs: own.repeatIntervalMs ?? root.repeatIntervalMs ?? usual.repeatIntervalMs,
  }
}

function keyOf({ labels, activeAtMs }: Alert): string {
  return `${activeAtMs} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`
}
