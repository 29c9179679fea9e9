import { OperatingError } from '../../lib/base/index.ts'
import { LedgerCheck } from './ledger.ts'
import type { VerifyOptions } from './options.ts'
import { verifyPartition } from './partition.ts'
import { addPending } from './pending.ts'
import { nothingVerified } from './report.ts'
import { deletionNotes, knownAgents } from './rows.ts'
import { recordsOf, type TopicPart } from './topic.ts'
import { unreadOf } from './unread.ts'

/**
 * Holds the ledger in the store against the rows in the store, and its offsets against what the aggregator has committed:
 * every byte range there once, and the rows of every record the bytes, paths and services that were sent. What is not
 * committed is counted as pending. One partition after the other, page by page, so that memory does not grow.
 * Errors: NOT_FOUND where there is no topic or no such agent, NOTHING_TO_VERIFY where no record was held against the
 * store, VERIFY_FAILED where it could not look.
 */
export async function verify(options: VerifyOptions): Promise<LedgerCheck> {
  const { config, kafka, agent } = options
  const topic = config.kafka.topics.logs
  const agents = await knownAgents(options)
  const found = (await kafka.metadata([topic])).get(topic)
  if (found === undefined)
    throw new OperatingError('NOT_FOUND', `there is no topic ${topic} yet: nothing was sent`)
  const committed = await kafka.committed(config.aggregator.group, { [topic]: [...found.leaders.keys()] })
  const check = new LedgerCheck()
  const fetcher = kafka.openFetcher()
  try {
    for (const { partition, offset } of committed) {
      const part = { kafka, fetcher, topic, partition }
      await verifyPartition(options, part, check, Math.max(0, offset))
      await countPending(options, part, check, Math.max(0, offset))
    }
    check.unread = await unreadOf(options, fetcher)
  } finally {
    await fetcher.close()
  }
  check.end()
  if (check.deletedLines > 0) check.deletions = await deletionNotes(options)
  expectAgent(check, agents, agent)
  const nothing = nothingVerified(check, topic, agent)
  if (nothing !== undefined) throw new OperatingError('NOTHING_TO_VERIFY', nothing)
  return check
}

/** An agent that nobody has heard of is a mistake, not an empty answer. */
function expectAgent({ pending }: LedgerCheck, agents: readonly string[], agent: string | undefined): void {
  if (agent === undefined || agents.includes(agent) || pending.records > 0) return
  const known = agents.length === 0 ? 'none is known yet' : `known are ${agents.slice(0, 20).join(', ')}`
  throw new OperatingError('NOT_FOUND', `nothing is known of an agent ${agent}: ${known}`)
}

async function countPending(
  { agent }: VerifyOptions,
  part: TopicPart,
  check: LedgerCheck,
  committed: number,
): Promise<void> {
  const { kafka, topic, partition } = part
  const end = await kafka.listOffset(topic, partition, 'latest')
  for await (const records of recordsOf(part, committed, end))
    for (const { entry, timestampMs } of records) {
      if (entry === undefined) {
        if (agent === undefined) check.foreignRecords++
      } else if (agent === undefined || entry.agent === agent)
        addPending(check.pending, entry.lines, timestampMs)
    }
}
