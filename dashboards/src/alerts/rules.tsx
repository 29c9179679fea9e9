import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { deleteRule, getRuleGroups, getSavedRules, type Rule } from '../api/alerts.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatDuration, formatSpan } from '../ui/format.ts'
import { inZone } from '../ui/in-zone.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'

const refreshMs = 10_000
const ways = [
  { what: 'in millrace.yaml, which files have rules', command: "rules: [ './rules/*.yaml' ]" },
  { what: 'to see whether they can be read', command: 'millrace rules check rules/web.yaml' },
]
const tones: Record<string, Tone> = { firing: 'bad', pending: 'warn', inactive: 'good' }

/** All rules by group: what they ask, and how that went. */
export function Rules() {
  const times = useTimes()
  const { data, error, refetch } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => getRuleGroups(signal),
    refetchInterval: refreshMs,
  })
  const savedRules = useQuery({ queryKey: ['saved-rules'], queryFn: ({ signal }) => getSavedRules(signal) })
  const saved = new Set(savedRules.data?.names ?? [])
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="rules" />
  if (data.length === 0)
    return (
      <Empty title="There are no rules" commands={ways}>
        <Link href="/alerts/editor">Write one here</Link>
      </Empty>
    )
  return (
    <Section>
      {data.map(group => (
        <section key={group.file + group.name} aria-label={group.name}>
          <h2>
            {group.name}{' '}
            {saved.has(group.name) && <DeleteRule name={group.name} onDone={() => void refetch()} />}
          </h2>
          <Note>
            {group.file}, every {formatSpan(group.interval * 1000)}
            {group.waiting !== undefined && group.waiting !== '' && ` · ${inZone(group.waiting, times)}`}
          </Note>
          <Table
            label={`Rules of ${group.name}`}
            columns={columnsOf(times)}
            rows={group.rules}
            keyOf={rule => rule.name + rule.query + JSON.stringify(rule.labels)}
          />
        </section>
      ))}
    </Section>
  )
}

function DeleteRule({ name, onDone }: { name: string; onDone: () => void }) {
  return (
    <Confirm
      action="Delete"
      title={`Delete rule ${name}?`}
      onConfirm={() => deleteRule(name)}
      onDone={onDone}
    >
      <p>It was saved here. What it has said stays in the history.</p>
    </Confirm>
  )
}

function columnsOf(times: Times): Column<Rule>[] {
  return [
    {
      title: 'State',
      show: rule =>
        rule.health === 'err' ? (
          <Badge tone="bad">fails</Badge>
        ) : (
          <Badge tone={tones[rule.state ?? ''] ?? 'plain'}>{rule.state ?? rule.type}</Badge>
        ),
      sort: rule => rule.state ?? '',
    },
    { title: 'Rule', show: rule => <strong>{rule.name}</strong>, sort: rule => rule.name, about: true },
    {
      title: 'Asks',
      show: rule => (
        <>
          <code>{rule.query}</code>
          {rule.lastError !== undefined && <p role="alert">{rule.lastError}</p>}
        </>
      ),
    },
    {
      title: 'For',
      show: rule => (rule.duration === undefined ? '' : formatSpan(rule.duration * 1000)),
      align: 'right',
    },
    {
      title: 'Evaluated',
      show: rule =>
        rule.lastEvaluation.startsWith('0001') ? 'not yet' : times.dateTime(Date.parse(rule.lastEvaluation)),
    },
    { title: 'Took', show: rule => formatDuration(Math.round(rule.evaluationTime * 1e9)), align: 'right' },
  ]
}
