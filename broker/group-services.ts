import type { Clock, Logger } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import type { Deadlines } from './deadlines.ts'
import { GroupCoordinator } from './groups/coordinator.ts'
import { GroupConfigs } from './groups/group-configs.ts'
import { ShareGroups } from './share/share-groups.ts'
import { ShareStates } from './share/share-states.ts'
import type { BrokerConfigs } from './topics/broker-configs.ts'
import { initialRebalanceDelayMs } from './topics/broker-definitions/groups.ts'
import { openInternal } from './topics/internal.ts'
import type { MetadataStore } from './topics/metadata-store.ts'
import { offsetsTopic, shareStateTopic } from './topics/names.ts'
import type { TopicTable } from './topics/topic-table.ts'

const minuteMs = 60_000

export interface GroupServicesOptions {
  config: Config
  brokerConfigs: BrokerConfigs
  clock: Clock
  logger: Logger
  deadlines: Deadlines
  store: MetadataStore
  topics: TopicTable
  fail: (error: Error) => void
}

/** Groups of every protocol, and how far share groups have come. */
export interface GroupServices {
  groups: GroupCoordinator
  share: ShareGroups
  onTopicDeleted(topic: string): Promise<void>
  close(): void
}

export function createGroups(options: GroupServicesOptions): GroupServices {
  const { config, brokerConfigs, clock, logger, deadlines, store, topics, fail } = options
  const release = (groupId: string, memberId: string) =>
    void share.releaseMember(groupId, memberId).catch(fail)
  const groups = new GroupCoordinator({
    clock,
    logger: logger.child('groups'),
    deadlines,
    topics,
    configs: new GroupConfigs(store, config),
    onShareMemberGone: release,
    offsetsRetentionMs: () => brokerConfigs.number('offsets.retention.minutes') * minuteMs,
    initialDelayMs: initialRebalanceDelayMs(config),
    openTopic: () => openInternal(topics, brokerConfigs, offsetsTopic),
  })
  const states = new ShareStates({
    clock,
    logger: logger.child('share'),
    findTopic: () => topics.get(shareStateTopic),
    openTopic: () => openInternal(topics, brokerConfigs, shareStateTopic),
  })
  const share: ShareGroups = new ShareGroups({ clock, deadlines, groups, topics, states, onLost: release })
  return {
    groups,
    share,
    onTopicDeleted: async topic => {
      await groups.onTopicDeleted(topic)
      await share.onTopicsDeleted()
    },
    close: () => {
      share.close()
      groups.close()
    },
  }
}
