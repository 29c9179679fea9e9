import type { Clock, Config, Logger } from '../lib/base/index.ts'
import type { Deadlines } from './deadlines.ts'
import type { GroupCoordinator } from './groups/coordinator.ts'
import type { ProducerIds } from './partitions/producer-ids.ts'
import type { ShareGroups } from './share/share-groups.ts'
import type { TopicTable } from './topics/topic-table.ts'

/** What handlers work with. */
export interface Services {
  readonly config: Config
  readonly nodeId: number
  readonly clusterId: string
  readonly clock: Clock
  readonly logger: Logger
  readonly topics: TopicTable
  readonly groups: GroupCoordinator
  readonly share: ShareGroups
  readonly producerIds: ProducerIds
  readonly deadlines: Deadlines
  readonly newId: () => string
}
