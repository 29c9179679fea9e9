import { Link } from 'wouter'
import { SeriesPanel } from '../charts/series-panel.tsx'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { formatAge, formatBytes, formatCount, toMs } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Page, PageBody } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { useFixedRange } from '../ui/range.ts'
import { type Column, Table } from '../ui/table.tsx'
import { useTimes } from '../ui/times.ts'
import { AgentState } from './agent-state.tsx'
import { type Agent, useAgents } from './use-agents.ts'

/** Where the configuration gives sources names. */
const named: Column<Agent['sources'][number]> = {
  title: 'Name',
  show: ({ title }) => title ?? '',
  sort: ({ title }) => title ?? '',
}

/** One agent: its sources, its rules, and how fast it goes. */
export function AgentView({ id }: { id: string }) {
  const { data, error, refetch } = useAgents()
  const agent = data?.agents.find(one => one.agent === id)
  const bar = (
    <>
      <Link href="/fleet" className={controls['link'] ?? ''}>
        All agents
      </Link>
      {agent !== undefined && <AgentState agent={agent} />}
      {agent !== undefined && (
        <Link
          href={`/explore?${new URLSearchParams({ query: `{host=${JSON.stringify(agent.host)}}` })}`}
          className={controls['link'] ?? ''}
        >
          Its lines
        </Link>
      )}
    </>
  )
  return (
    <Page title={id} bar={bar}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the agent" />}
      {data !== undefined && agent === undefined && (
        <Empty title={`No agent ${id} has reported in the last day`} />
      )}
      {agent !== undefined && (
        <PageBody>
          <Facts agent={agent} />
          <Rates agent={agent.agent} />
          <h2>Sources</h2>
          {agent.sources.length === 0 ? (
            <Note>No file is behind: what is pushed or asked for at once has nothing still to be read.</Note>
          ) : (
            <Table
              label="Sources"
              columns={[
                ...(agent.sources.some(({ title }) => title !== undefined) ? [named] : []),
                { title: 'Source', show: ({ source }) => source, sort: ({ source }) => source },
                {
                  title: 'Still to read',
                  show: ({ lagBytes }) => formatBytes(lagBytes),
                  sort: ({ lagBytes }) => lagBytes,
                  align: 'right',
                },
              ]}
              rows={agent.sources}
              keyOf={({ source }) => source}
            />
          )}
          <h2>Rules</h2>
          <Rules agent={agent} />
        </PageBody>
      )}
    </Page>
  )
}

function Facts({ agent }: { agent: Agent }) {
  const times = useTimes()
  return (
    <p>
      {agent.host}, version {agent.version}, configuration <code>{agent.configDigest}</code>, running since{' '}
      {times.dateTime(toMs(agent.started))}.{' '}
      {agent.watermark === '0' ? (
        'Nothing it had was acknowledged yet'
      ) : (
        <>
          Everything it had up to <strong>{formatAge(agent.watermark)} ago</strong> is in the topics
        </>
      )}
      ; {formatBytes(agent.lagBytes)} are still to be read, {formatBytes(agent.spoolBytes)} wait in its spool
      to be sent.
      {agent.missing &&
        ' It is not heard of: look whether the process runs (systemctl status millrace-agent) and reaches the brokers (millrace agent status).'}
    </p>
  )
}

/** By what the agent says of itself: several may run on one host. */
function Rates({ agent }: { agent: string }) {
  const { range } = useFixedRange({ start: 'now-1h', end: 'now' })
  const of = `{instance=${JSON.stringify(agent)}}`
  return (
    <SeriesPanel
      title="Lines a second, last hour"
      queries={[
        {
          language: 'promql',
          query: `sum by (source) (rate(millrace_agent_lines_total${of}[1m]))`,
          legend: '{{source}}',
        },
      ]}
      unit="lines/s"
      range={range}
      onBrush={() => undefined}
    />
  )
}

function Rules({ agent }: { agent: Agent }) {
  const rules = Object.entries(agent.dropped).map(([rule, count]) => ({ rule, count }))
  return (
    <>
      {rules.length > 0 && (
        <Table
          label="What rules leave out"
          columns={[
            { title: 'Rule', show: ({ rule }) => rule, sort: ({ rule }) => rule },
            {
              title: 'Lines left out since it started',
              show: ({ count }) => formatCount(count),
              sort: ({ count }) => count,
              align: 'right',
            },
          ]}
          rows={rules}
          keyOf={({ rule }) => rule}
        />
      )}
      {rules.length === 0 && <Note>No rule has left anything out.</Note>}
      <p>
        <Link href={`/fleet/rules/try?${new URLSearchParams({ agent: agent.agent })}`}>
          Try changed rules on its lines
        </Link>
        , before they are in force.
      </p>
    </>
  )
}
