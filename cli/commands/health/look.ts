import type { AgentStatus } from '../../../agent/index.ts'
import type { WaitingLetters } from '../../../aggregator/index.ts'
import { messageOf, within } from '../../../lib/base/index.ts'
import type { GroupSummary, LogDir } from '../../../lib/kafka/admin/index.ts'
import type { StatusAnswer } from '../../../query/index.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { openKafkaClient } from '../../kafka-client.ts'
import { askAgent } from '../agent/ask-agent.ts'

/** What could be learned, or why not. */
export type Seen<T> = { value: T } | { why: string; isLate?: boolean }

export interface Look {
  nowMs: number
  query: Seen<StatusAnswer>
  agent: Seen<AgentStatus>
  dirs: Seen<LogDir[]>
  groups: Seen<GroupSummary[]>
  letters: Seen<WaitingLetters>
}

const patienceMs = 4_000

/** Asks every role at once; one that does not answer is a finding, not an error. */
export async function look(config: Config): Promise<Look> {
  const client = await openKafkaClient(config)
  try {
    const [query, agent, dirs, groups, letters] = await Promise.all([
      seen(signal => askJson<StatusAnswer>(config, '/api/status', { foreign: 'true' }, { signal })),
      seen(signal => agentStatus(config, signal)),
      seen(() => logDirs(client)),
      seen(() => groupsOf(client)),
      seen(() => lettersOf(config, client)),
    ])
    return { nowMs: Date.now(), query, agent, dirs, groups, letters }
  } finally {
    await client.close()
  }
}

type Client = Awaited<ReturnType<typeof openKafkaClient>>

async function agentStatus(config: Config, signal: AbortSignal): Promise<AgentStatus> {
  return (await (await askAgent(config, '/api/status', {}, signal)).json()) as AgentStatus
}

async function logDirs(client: Client): Promise<LogDir[]> {
  const { describeLogDirs } = await import('../../../lib/kafka/admin/index.ts')
  return await describeLogDirs(client)
}

async function groupsOf(client: Client): Promise<GroupSummary[]> {
  const { listGroups, summarizeGroup } = await import('../../../lib/kafka/admin/index.ts')
  const found: GroupSummary[] = []
  for (const listed of await listGroups(client)) found.push(await summarizeGroup(client, listed, Date.now()))
  return found
}

async function lettersOf(config: Config, kafka: Client): Promise<WaitingLetters> {
  const { countWaiting } = await import('../../../aggregator/index.ts')
  return await countWaiting(kafka, config.kafka.topics.deadLetters)
}

/** A request that is given up must end: an open one would keep the process alive. */
async function seen<T>(ask: (late: AbortSignal) => Promise<T>): Promise<Seen<T>> {
  const late = AbortSignal.timeout(patienceMs)
  const refusal = `no answer within ${patienceMs / 1000} s: it is frozen, or has too much to do`
  try {
    return { value: await within(patienceMs, ask(late), () => new Error(refusal)) }
  } catch (error) {
    return { why: late.aborted ? refusal : messageOf(error), isLate: late.aborted }
  }
}
