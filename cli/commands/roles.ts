import type { Command } from '../command.ts'
import { previewRules } from '../preview-rules.ts'
import type { RoleName } from '../role-name.ts'
import type { StartRole } from '../role-process.ts'
import { agentRole } from './agent/run.ts'
import { roleCommand } from './role-command.ts'

/** Each role's code is loaded only when it runs: an agent does not carry the store along. */
const starters: Record<Exclude<RoleName, 'agent'>, () => Promise<StartRole>> = {
  broker: async () => (await import('../../broker/index.ts')).startBroker,
  store: async () => (await import('../../store/index.ts')).startStore,
  aggregator: async () => (await import('../../aggregator/index.ts')).startAggregator,
  query: async () => {
    const { startQuery } = await import('../../query/index.ts')
    return (config, context) => startQuery(config, context, { previewRules })
  },
}

export const roleCommands: readonly Command[] = [
  agentRole,
  roleCommand('broker', starters.broker, 'durable topics that speak the Apache Kafka protocol', [
    ['millrace broker', 'on 127.0.0.1:9092'],
    ['millrace broker --set broker.listen=127.0.0.1:19092', 'on another port'],
  ]),
  roleCommand('store', starters.store, 'the embedded ClickHouse (chDB) behind its HTTP interface', [
    ['millrace store', 'on 127.0.0.1:8123'],
  ]),
  roleCommand('aggregator', starters.aggregator, 'turns the topics into rows and rollups in ClickHouse', [
    ['millrace aggregator', 'one member; start as many as there are partitions to share'],
    ['millrace aggregator --set clickhouse.url=http://ch1:8123', 'into another ClickHouse'],
  ]),
  roleCommand('query', starters.query, 'the query API and the page', [
    ['millrace query', 'on http://127.0.0.1:4300'],
  ]),
]
