import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import type { AlertsAnswer } from '../../../query/index.ts'
import { getAlerts, getRuleGroups, type Rule } from '../api/alerts.ts'
import { getStatus } from '../api/system.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { inZone } from '../ui/in-zone.ts'
import { Loading } from '../ui/loading.tsx'
import { Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'
import { DataLink } from './data-link.tsx'
import { Labels } from './labels.tsx'

type Alert = AlertsAnswer['alerts'][number]

const refreshMs = 5_000
const tones: Record<Alert['state'], Tone> = { firing: 'bad', pending: 'warn', resolved: 'good' }

/** Alerts that fire, are about to, or have just ended; and rules that wait for data. */
export function NowFiring() {
  const times = useTimes()
  const [, navigate] = useLocation()
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => getAlerts(signal),
    refetchInterval: refreshMs,
  })
  const groups = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => getRuleGroups(signal) })
  const ruleOf = ({ labels }: Alert) =>
    groups.data?.flatMap(({ rules }) => rules).find(({ name }) => name === labels['alertname'])
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="alerts" />
  const silence = (alert: Alert) =>
    navigate(`/alerts/silences?${new URLSearchParams({ labels: JSON.stringify(alert.labels) })}`)
  return (
    <Section>
      <StoreDown />
      {data.waiting.map(({ group, file, why }) => (
        <p key={file + group} role="status">
          <strong>{group}</strong> {inZone(why, times)}. Until then its rules say nothing: a gap in the data
          is no alert, and no end of one.
        </p>
      ))}
      {data.alerts.length === 0 ? (
        <Empty title="Nothing fires">
          <p>
            What is watched stands in <Link href="/alerts/rules">the rules</Link>; a new one is tried on the
            last week before it is saved: <Link href="/alerts/editor">write a rule</Link>.
          </p>
        </Empty>
      ) : (
        <Table
          label="Alerts"
          columns={columnsOf(times, ruleOf, silence)}
          rows={data.alerts}
          keyOf={alert => JSON.stringify(alert.labels) + alert.activeAt}
        />
      )}
    </Section>
  )
}

function columnsOf(
  times: Times,
  ruleOf: (alert: Alert) => Rule | undefined,
  onSilence: (alert: Alert) => void,
): Column<Alert>[] {
  return [
    {
      title: 'State',
      show: alert => <Badge tone={tones[alert.state]}>{alert.state}</Badge>,
      sort: alert => alert.state,
    },
    {
      title: 'Alert',
      about: true,
      show: alert => (
        <>
          <strong>{alert.labels['alertname']}</strong> {alert.annotations['summary']}
          <br />
          {alert.annotations['description']}
        </>
      ),
      sort: alert => alert.labels['alertname'] ?? '',
    },
    { title: 'Labels', show: alert => <Labels labels={alert.labels} /> },
    {
      title: 'Value',
      show: alert => (alert.value === null ? '' : formatCount(alert.value)),
      sort: alert => alert.value ?? 0,
      align: 'right',
    },
    {
      title: 'Since',
      oneLine: true,
      show: alert => times.dateTime(Date.parse(alert.activeAt)),
      sort: alert => alert.activeAt,
    },
    {
      title: 'Until',
      oneLine: true,
      show: alert => (alert.resolvedAt === null ? '' : times.dateTime(Date.parse(alert.resolvedAt))),
    },
    {
      title: 'The data',
      oneLine: true,
      show: alert => (
        <DataLink
          rule={ruleOf(alert)}
          fromMs={Date.parse(alert.activeAt)}
          toMs={alert.resolvedAt === null ? Date.now() : Date.parse(alert.resolvedAt)}
        />
      ),
    },
    {
      title: '',
      show: alert => (
        <button type="button" className={controls['quiet']} onClick={() => onSilence(alert)}>
          Silence
        </button>
      ),
    },
  ]
}

/** That nothing fires means nothing then. */
function StoreDown() {
  const { data } = useQuery({ queryKey: ['status'], queryFn: getStatus, refetchInterval: refreshMs })
  const store = data?.roles.find(({ role, ok }) => role === 'store' && !ok)
  if (store === undefined) return null
  return (
    <p role="alert">
      <strong>Rules cannot be evaluated:</strong> {store.detail}
    </p>
  )
}
