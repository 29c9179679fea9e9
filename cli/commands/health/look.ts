import type { AgentStatus } from '../../../agent/index.ts'
import { messageOf } from '../../../lib/base/index.ts'
import type { GroupSummary, LogDir } from '../../../lib/kafka/admin/index.ts'
import type { StatusAnswer } from '../../../query/index.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { openKafkaClient } from '../../kafka-client.ts'
import { askAgent } from '../agent/ask-agent.ts'

/** What could be learned, or why not. */
export type Seen<T> = { value: T } | { why: string }

export interface Look {
  nowMs: number
  query: Seen<StatusAnswer>
  agent: Seen<AgentStatus>
  dirs: Seen<LogDir[]>
  groups: Seen<GroupSummary[]>
  /** Records that could not be stored and were not put back. */
  letters: Seen<number>
}

const patienceMs = 4_000

/** Asks every role at once; one that does not answer is a finding, not an error. */
export async function look(config: Config): Promise<Look> {
  const client = await openKafkaClient(config)
  try {
    const [query, agent, dirs, groups, letters] = await Promise.all([
      seen(askJson<StatusAnswer>(config, '/api/status', {}, { signal: AbortSignal.timeout(patienceMs) })),
      seen(agentStatus(config)),
      seen(logDirs(client)),
      seen(groupsOf(client)),
      seen(lettersOf(config, client)),
    ])
    return { nowMs: Date.now(), query, agent, dirs, groups, letters }
  } finally {
    await client.close()
  }
}

type Client = Awaited<ReturnType<typeof openKafkaClient>>

async function agentStatus(config: Config): Promise<AgentStatus> {
  return (await (await askAgent(config, '/api/status')).json()) as AgentStatus
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

async function lettersOf(config: Config, kafka: Client): Promise<number> {
  const { listLetters } = await import('../../../aggregator/index.ts')
  const topic = config.kafka.topics.deadLetters
  const letters = await listLetters({ topic, kafka, sinceMs: 0, nowMs: Date.now(), canRead: () => true })
  return letters.filter(({ state }) => state !== 'replayed').length
}

async function seen<T>(asked: Promise<T>): Promise<Seen<T>> {
  const late = AbortSignal.timeout(patienceMs)
  const gaveUp = new Promise<Seen<T>>(resolve => {
    late.addEventListener('abort', () => resolve({ why: `no answer within ${patienceMs / 1000} s` }), {
      once: true,
    })
  })
  const answer = asked.then(
    value => ({ value }),
    (error: unknown) => ({ why: messageOf(error) }),
  )
  return await Promise.race([answer, gaveUp])
}
