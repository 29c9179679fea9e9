import { messageOf } from '../../lib/base/index.ts'
import type { Fetcher } from '../../lib/kafka/client/index.ts'
import { type Heartbeat, readHeartbeat } from '../../lib/ledger/index.ts'
import { plainCount } from '../human.ts'
import type { VerifyOptions } from './options.ts'
import { chunksOf } from './topic.ts'

/** Agents say how they are every few seconds; what one said before is not so any more. */
const heardMs = 120_000
const maxAgents = 20_000
/** Files that a report names. */
const maxNamed = 10

/** Files that agents follow and have not read to their ends: no ledger has anything of those bytes. */
export interface Unread {
  files: number
  bytes: number
  /** Those with most of it. */
  most: { agent: string; source: string; bytes: number }[]
  /** Why it is not known; undefined where it is. */
  why?: string
}

export function nothingUnread(): Unread {
  return { files: 0, bytes: 0, most: [] }
}

/** What agents said last of what they have still to read; that this cannot be learned is no failure. */
export async function unreadOf(options: VerifyOptions, fetcher: Fetcher): Promise<Unread> {
  try {
    return added(await lastHeartbeats(options, fetcher), options.agent)
  } catch (error) {
    return { ...nothingUnread(), why: messageOf(error) }
  }
}

async function lastHeartbeats(
  { config, kafka, nowMs }: VerifyOptions,
  fetcher: Fetcher,
): Promise<Iterable<Heartbeat>> {
  const topic = config.kafka.topics.heartbeats
  const partitions = (await kafka.metadata([topic])).get(topic)?.leaders.keys() ?? []
  const last = new Map<string, Heartbeat>()
  for (const partition of partitions) {
    const from = await kafka.listOffset(topic, partition, nowMs - heardMs)
    if (from < 0) continue
    const to = await kafka.listOffset(topic, partition, 'latest')
    for await (const records of chunksOf({ kafka, fetcher, topic, partition }, from, to))
      for (const { value } of records) keep(last, value === null ? undefined : readHeartbeat(value))
  }
  return last.values()
}

function keep(last: Map<string, Heartbeat>, heartbeat: Heartbeat | undefined): void {
  if (heartbeat === undefined) return
  if (last.size < maxAgents || last.has(heartbeat.agent)) last.set(heartbeat.agent, heartbeat)
}

function added(heartbeats: Iterable<Heartbeat>, only: string | undefined): Unread {
  const unread = nothingUnread()
  for (const { agent, sources } of heartbeats) {
    if (only !== undefined && agent !== only) continue
    for (const { source, lagBytes } of sources) {
      if (!source.startsWith('/') || lagBytes <= 0) continue
      unread.files++
      unread.bytes += lagBytes
      unread.most.push({ agent, source, bytes: lagBytes })
    }
    unread.most = unread.most.sort((a, b) => b.bytes - a.bytes).slice(0, maxNamed)
  }
  return unread
}

/** `2 files have 12 bytes that their agents have not read yet: web1 /a (9), web1 /b (3)`; '' where there is nothing to say. */
export function unreadText({ files, bytes, most, why }: Unread): string {
  if (why !== undefined) return `what agents have still to read is not known: ${why}`
  if (files === 0) return ''
  const named = most.map(({ agent, source, bytes: one }) => `${agent} ${source} (${one})`).join(', ')
  const have = files === 1 ? 'has' : 'have'
  return `${plainCount(files, 'file')} ${have} ${plainCount(bytes, 'byte')} that ${files === 1 ? 'its agent has' : 'their agents have'} not read yet: ${named}${files > most.length ? ' …' : ''}`
}
