import type { StatusAnswer } from '../../../query/index.ts'

/** Agents that stopped reporting: by their hosts, and where another one of a host goes on, by their own names as well. */
export function silentAgents({
  agents,
  missingHosts,
}: Pick<StatusAnswer, 'agents' | 'missingHosts'>): string[] {
  return missingHosts.flatMap(host => {
    const there = agents.filter(agent => agent.host === host)
    const silent = there.filter(({ missing }) => missing)
    return silent.length === there.length ? [host] : silent.map(({ agent }) => `${agent} on ${host}`)
  })
}
