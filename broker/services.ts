import type { Clock, Logger } from '../lib/base/index.ts'
import type { Authorizer } from './access/authorizer.ts'
import type { DelegationTokens } from './access/delegation-tokens.ts'
import type { ScramUsers } from './access/scram-users.ts'
import type { Config } from './config.ts'
import type { Deadlines } from './deadlines.ts'
import type { FetchSessions } from './fetch-sessions/fetch-sessions.ts'
import type { GroupCoordinator } from './groups/coordinator.ts'
import type { ConnectionQuotas } from './quotas/connection-quotas.ts'
import type { MutationQuotas } from './quotas/mutation-quotas.ts'
import type { QuotaTable } from './quotas/quota-table.ts'
import type { ShareGroups } from './share/share-groups.ts'
import type { BrokerConfigs } from './topics/broker-configs.ts'
import type { TopicTable } from './topics/topic-table.ts'
import type { TransactionCoordinator } from './transactions/coordinator.ts'
import type { ProducerIds } from './transactions/producer-ids.ts'

/** What handlers work with. */
export interface Services {
  readonly config: Config
  readonly nodeId: number
  readonly brokerConfigs: BrokerConfigs
  readonly clusterId: string
  readonly clock: Clock
  readonly logger: Logger
  readonly topics: TopicTable
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly share: ShareGroups
  readonly fetchSessions: FetchSessions
  readonly producerIds: ProducerIds
  readonly authorizer: Authorizer
  readonly users: ScramUsers
  readonly tokens: DelegationTokens
  readonly quotas: QuotaTable
  readonly mutations: MutationQuotas
  readonly connections: ConnectionQuotas
  readonly deadlines: Deadlines
  readonly newId: () => string
}
