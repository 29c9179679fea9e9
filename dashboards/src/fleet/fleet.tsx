import { Link, Route, Switch, useLocation } from 'wouter'
import { Empty } from '../ui/empty.tsx'
import { FindField } from '../ui/find-field.tsx'
import { formatAge, formatBytes, formatCount } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Page, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { pathPart } from '../ui/search-params.ts'
import { type Column, Table } from '../ui/table.tsx'
import { isFound, useFind } from '../ui/use-find.ts'
import { AgentState } from './agent-state.tsx'
import { AgentView } from './agent-view.tsx'
import { TryRules } from './try-rules.tsx'
import { type Agent, useAgents } from './use-agents.ts'

const ways = [
  { what: 'on a host, as a service', command: 'millrace agent install' },
  { what: 'to see what that would do', command: 'millrace agent install --dry-run' },
]

/** Every agent: what it has still to send, what it leaves out, and whether it is heard. */
export function Fleet() {
  return (
    <Switch>
      <Route path="/fleet/rules/try" component={TryRules} />
      <Route path="/fleet/:agent">{({ agent }) => <AgentView key={agent} id={pathPart(1)} />}</Route>
      <Route>
        <Agents />
      </Route>
    </Switch>
  )
}

function Agents() {
  const [, navigate] = useLocation()
  const [sought, setSought] = useFind()
  const { data, error, refetch } = useAgents()
  const agents = data?.agents ?? []
  const shown = agents.filter(agent => isFound(`${agent.agent} ${agent.host} ${agent.version}`, sought))
  const missing = agents.filter(agent => agent.missing).length
  return (
    <Page title="Fleet">
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="agents" />}
      {data !== undefined && (
        <Section>
          <Tools>
            <FindField value={sought} onChange={setSought} />
            <span>
              {agents.length} {agents.length === 1 ? 'agent' : 'agents'}
              {missing > 0 && `, ${missing} not heard of`}
              {configurations(agents) > 1 && `, ${configurations(agents)} configurations`}
            </span>
            <Link href="/fleet/rules/try">Try changed rules</Link>
          </Tools>
          {agents.length === 0 ? (
            <Empty title="No agent has reported yet" commands={ways} />
          ) : (
            <Table
              label="Agents"
              columns={columns}
              rows={shown.toSorted((a, b) => stateOf(a) - stateOf(b))}
              keyOf={agent => agent.agent}
              onOpen={agent => navigate(`/fleet/${encodeURIComponent(agent.agent)}`)}
            />
          )}
        </Section>
      )}
    </Page>
  )
}

const configurations = (agents: readonly Agent[]) => new Set(agents.map(agent => agent.configDigest)).size
const droppedOf = ({ dropped }: Agent) => Object.values(dropped).reduce((sum, count) => sum + count, 0)

/** What has to be looked at first. */
const stateOf = ({ missing, stopped }: Agent) => (missing ? 0 : stopped ? 1 : 2)

const columns: Column<Agent>[] = [
  { title: 'Agent', show: agent => agent.agent, sort: agent => agent.agent, about: true },
  { title: 'Host', show: agent => agent.host, sort: agent => agent.host },
  {
    title: 'State',
    show: agent => <AgentState agent={agent} />,
    sort: stateOf,
  },
  {
    title: 'Complete to',
    show: agent => (agent.watermark === '0' ? 'nothing yet' : `${formatAge(agent.watermark)} ago`),
    sort: agent => Number(agent.watermark),
    align: 'right',
  },
  {
    title: 'Still to read',
    show: agent => formatBytes(agent.lagBytes),
    sort: agent => agent.lagBytes,
    align: 'right',
  },
  {
    title: 'Still to send',
    show: agent => formatBytes(agent.spoolBytes),
    sort: agent => agent.spoolBytes,
    align: 'right',
  },
  {
    title: 'Left out by rules',
    show: agent => formatCount(droppedOf(agent)),
    sort: droppedOf,
    align: 'right',
  },
  { title: 'Version', show: agent => agent.version, sort: agent => agent.version },
  {
    title: 'Configuration',
    show: agent => <code>{agent.configDigest.slice(0, 8)}</code>,
    sort: agent => agent.configDigest,
  },
]
