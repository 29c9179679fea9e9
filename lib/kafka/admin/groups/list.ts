import type { KafkaAdminClient } from '../../client/index.ts'
import { apis } from '../../index.ts'
import { expectDone } from '../outcome.ts'

/** Kafka's kinds of groups (KIP-848, KIP-932, KIP-1071). */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams'

export interface GroupListing {
  group: string
  type: GroupType
  /** As Kafka spells it: `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Assigning`, `Reconciling`, `Dead`. */
  state: string
  /** Of a classic group: `consumer`, `connect`, or '' where its offsets were only committed. */
  protocolType: string
}

/** Groups of all kinds, by name. A broker that does not know kinds has classic ones. */
export async function listGroups(client: KafkaAdminClient): Promise<GroupListing[]> {
  const brokers = await client.nodes()
  const answers = await Promise.all(
    brokers.map(node => client.request(apis.listGroups, { statesFilter: [], typesFilter: [] }, { node })),
  )
  return answers
    .flatMap(answer => {
      expectDone(answer.errorCode, null, 'listing groups')
      return answer.groups.map(({ groupId, groupType, groupState, protocolType }) => ({
        group: groupId,
        type: (groupType === '' ? 'classic' : groupType.toLowerCase()) as GroupType,
        state: groupState,
        protocolType,
      }))
    })
    .sort((a, b) => (a.group < b.group ? -1 : 1))
}
