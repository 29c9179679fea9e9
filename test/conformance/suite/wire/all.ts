import { apiListCases } from './api-list.ts'
import { brokerConfigNameCases } from './broker-config-names.ts'
import { brokerConfigCases } from './broker-configs.ts'
import { clusterCases } from './cluster.ts'
import { clusterChangeCases } from './cluster-changes.ts'
import { configCases } from './configs.ts'
import { consumerGroupCases } from './consumer-groups.ts'
import { fetchSessionCases } from './fetch-sessions.ts'
import { groupCases } from './groups.ts'
import { metadataCases } from './metadata.ts'
import { offsetCases } from './offsets.ts'
import { produceCases } from './produce.ts'
import { readCases } from './reads.ts'
import { shareGroupCases } from './share-groups.ts'
import { topicCases } from './topics.ts'
import { transactionCases } from './transactions.ts'
import type { WireCase } from './wire-case.ts'

/** Every case: a kind is a file here and a line in this list. */
export const wireCases: readonly WireCase[] = [
  ...topicCases,
  ...metadataCases,
  ...produceCases,
  ...readCases,
  ...fetchSessionCases,
  // old clients may commit to the group without a name: it is there when groups are looked at
  ...offsetCases,
  ...groupCases,
  ...consumerGroupCases,
  ...shareGroupCases,
  ...transactionCases,
  ...configCases,
  ...brokerConfigCases,
  ...brokerConfigNameCases,
  ...apiListCases,
  ...clusterCases,
  ...clusterChangeCases,
]
