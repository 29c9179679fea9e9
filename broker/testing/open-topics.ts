import { parseConfig } from '../../cli/config.ts'
import { type Clock, memoryLogger } from '../../lib/base/index.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import { TopicTable } from '../topics/topic-table.ts'
import { staticBrokerConfigs } from './static-broker-configs.ts'

/** Topics over a folder and its store, as a broker with nothing set has them. */
export function openTopics(
  folder: string,
  store: MetadataStore,
  clock: Clock,
  newId: () => string,
): TopicTable {
  return new TopicTable({
    ...{ folder, clock, store, newId },
    config: parseConfig('', { set: [] }),
    brokerConfigs: staticBrokerConfigs(),
    logger: memoryLogger().logger,
    onDeleted: () => undefined,
  })
}
