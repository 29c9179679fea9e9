import type { KafkaAdminClient } from '../../client/index.ts'
import { describeListed } from './describe.ts'
import { groupLag, type PartitionLag } from './lag.ts'
import type { GroupListing } from './list.ts'

/** A group in one line, with how far it is behind in each partition. */
export interface GroupSummary extends Pick<GroupListing, 'group' | 'type' | 'state'> {
  members: number
  lag: PartitionLag[]
  /** False: how far it is behind is not known, at most as much as there is. Members may do without, as those do that only elect one of them. */
  hasCommitted: boolean
  /** Of all partitions together. */
  lagRecords: number
  /** Age of the oldest record not yet read. */
  lagSeconds: number
}

/** Asks for the members and offsets of a group that was listed. `nowMs`: what ages are counted to. */
export async function summarizeGroup(
  client: KafkaAdminClient,
  listing: GroupListing,
  nowMs: number,
): Promise<GroupSummary> {
  const description = await describeListed(client, listing)
  const lag = await groupLag(client, description, nowMs)
  return {
    group: listing.group,
    type: listing.type,
    state: description.state,
    members: description.members.length,
    lag,
    hasCommitted: lag.some(({ committed }) => committed !== undefined),
    lagRecords: lag.reduce((sum, partition) => sum + partition.lagRecords, 0),
    lagSeconds: Math.max(0, ...lag.map(partition => partition.lagSeconds)),
  }
}
