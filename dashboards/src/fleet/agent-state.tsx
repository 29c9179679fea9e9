import { Badge } from '../ui/badge.tsx'
import { formatAge } from '../ui/format.ts'
import type { Agent } from './use-agents.ts'

/** Whether an agent is heard of. */
export function AgentState({ agent }: { agent: Agent }) {
  if (agent.missing) return <Badge tone="bad">{`not heard of for ${formatAge(agent.lastSeen)}`}</Badge>
  if (agent.stopped) return <Badge tone="plain">stopped</Badge>
  return <Badge tone="good">running</Badge>
}
