import type { Alert } from '../alert.ts'
import type { Notification } from './dispatch.ts'

/** `[FIRING:2] HighErrors`, as Alertmanager's. */
export function titleOf({ firing, resolved, groupLabels }: Notification): string {
  const state = firing.length > 0 ? `FIRING:${firing.length}` : `RESOLVED:${resolved.length}`
  const name = Object.values(groupLabels)
    .filter(value => value !== '')
    .join(' ')
  return `[${state}] ${name}`.trim()
}

/** One line an alert: its summary, or its labels. */
export function linesOf({ firing, resolved }: Notification): string[] {
  return [
    ...firing.map(alert => `firing: ${describe(alert)}`),
    ...resolved.map(alert => `resolved: ${describe(alert)}`),
  ]
}

function describe({ annotations, labels, value, activeAtMs }: Alert): string {
  const { alertname = '', ...rest } = labels
  const text = annotations['summary'] ?? annotations['description'] ?? ''
  const list = Object.entries(rest).map(([name, own]) => `${name}=${own}`)
  const head = [alertname, text].filter(part => part !== '').join(': ')
  return `${head} (${list.join(', ')}) value ${value}, since ${new Date(activeAtMs).toISOString()}`
}

/** The page that shows the alerts of a group. */
export function linkOf(externalUrl: string, { groupLabels }: Notification): string {
  return `${externalUrl.replace(/\/$/, '')}/alerts?${new URLSearchParams(groupLabels)}`
}

/** Alertmanager's webhook form, version 4. Source: Alertmanager, webhook_config. */
export function webhookBody(notification: Notification, externalUrl: string) {
  const { key, receiver, groupLabels, firing, resolved } = notification
  const alerts = [...firing, ...resolved]
  return {
    version: '4',
    groupKey: key,
    truncatedAlerts: 0,
    status: firing.length > 0 ? 'firing' : 'resolved',
    receiver,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: externalUrl,
    alerts: alerts.map(alert => ({
      status: alert.state === 'firing' ? 'firing' : 'resolved',
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.firedAtMs ?? alert.activeAtMs).toISOString(),
      endsAt:
        alert.resolvedAtMs === undefined
          ? '0001-01-01T00:00:00Z'
          : new Date(alert.resolvedAtMs).toISOString(),
      generatorURL: linkOf(externalUrl, notification),
      fingerprint: fingerprintOf(alert.labels),
    })),
  }
}

function common(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = all
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every(one => one[name] === value)),
  )
}

/** FNV-1a over the labels in order, as Prometheus' model has it. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  let hash = 0xcbf29ce484222325n
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const part of [name, value]) {
      for (const byte of Buffer.from(part)) add(byte)
      add(0xff)
    }
  return hash.toString(16).padStart(16, '0')
}
