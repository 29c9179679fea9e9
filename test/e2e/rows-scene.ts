import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { LRUCache } from 'lru-cache'
import { RangeBlocks, type Signal } from '../../aggregator/range/blocks.ts'
import { type BlockSettings, defaultSettings } from '../../aggregator/range/settings.ts'
import { RecordPosition } from '../../aggregator/rows/position.ts'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import type { Config, ConfigInput } from '../../cli/config.ts'
import { type LogEntry, Metrics, memoryLogger, OperatingError, systemClock } from '../../lib/base/index.ts'
import { valueDecoder } from '../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient, KafkaClient } from '../../lib/kafka/client/index.ts'
import { jsonToProtobuf } from '../../lib/otlp/index.ts'
import { Access } from '../../query/access/access.ts'
import type { QueryContext } from '../../query/context.ts'
import { LagHistory } from '../../query/lag/history.ts'
import { SavedRules } from '../../query/rules/saved.ts'
import { createApp } from '../../query/server.ts'
import { StoreReader } from '../../query/store-reader.ts'
import { TailHub } from '../../query/tail/hub.ts'
import { createStoreClient, insertNative, StoreConnection } from '../../store/index.ts'
import { startTestStore } from '../../store/testing/store.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** The embedded store with OTLP requests made into rows as the aggregator makes them, and the query API over it. */
export interface RowsScene {
  client: ClickHouseClient
  metrics: Metrics
  /** A request as JSON, or as its bytes. */
  insert(signal: Signal, request: object, settings?: BlockSettings): Promise<void>
  get(path: string, parameters: Record<string, string>): Promise<Answer>
  /** A request as it is, for what answers no JSON. */
  request(path: string, init?: RequestInit): Promise<Response>
  config: Config
  access: Access
  reader: StoreReader
  /** What the brokers have. */
  brokers: FakeKafka
  /** Every path that is answered, with its method. */
  routes: readonly { method: string; path: string }[]
  /** What was logged. */
  entries: readonly LogEntry[]
  close(): Promise<void>
}

export async function startRowsScene(input: ConfigInput = {}): Promise<RowsScene> {
  const store = await startTestStore(input)
  const client = await createStoreClient(store.config)
  const connection = new StoreConnection(store.config, { application: 'test', maxOpenConnections: 8 })
  const { logger, entries } = memoryLogger()
  // no broker here: everything that was inserted is complete
  const watcher = {
    answer: async () => ({ completeToMs: null, missingHosts: [] }),
    committed: async () => new Map(),
    agents: () => [],
  }
  const brokers = new FakeKafka()
  const { topics } = store.config.kafka
  for (const topic of [topics.logs, topics.metrics, topics.traces]) brokers.makeTopic(topic, 1)
  const kafka = withoutAdministration(brokers.client())
  const reader = new StoreReader(connection)
  const access = new Access(store.config, systemClock, logger)
  const context = {
    config: store.config,
    access,
    kafka,
    tail: new TailHub(kafka, topics.logs, store.config.tenant, logger),
    clock: systemClock,
    logger,
    reader,
    writer: connection,
    watcher,
    closedWindows: new LRUCache({ max: 10 }),
    rules: { groups: [], alerts: () => [], journal: { silences: new Map() } },
    // nothing is saved in a folder that is not there
    savedRules: new SavedRules(join(tmpdir(), 'millrace-none')),
    reloadRules: () => Promise.resolve(),
    lag: new LagHistory(),
    values: valueDecoder(undefined),
    version: 'test',
    address: () => '127.0.0.1:4300',
  } as unknown as QueryContext
  const metrics = new Metrics()
  const app = createApp(context, metrics)
  let inserted = 0
  return {
    client,
    metrics,
    config: store.config,
    access,
    reader,
    brokers,
    routes: app.routes,
    entries,
    async insert(signal, request, settings = defaultSettings) {
      const blocks = new RangeBlocks(signal, settings)
      const offset = inserted++
      blocks.add(
        Buffer.isBuffer(request) ? request : jsonToProtobuf(signal, JSON.stringify(request)),
        new RecordPosition(signal, 0, offset, Date.now(), ''),
      )
      const range = { topic: signal, topicId: 'scene', partition: 0, from: 0, to: offset + 1 }
      for (const block of blocks.finish(range))
        await insertNative(client, block.table, block.pieces, `scene ${offset} ${block.table}`)
    },
    async get(path, parameters) {
      const response = await app.request(`${path}?${new URLSearchParams(parameters)}`)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    request: async (path, init) => await app.request(path, init),
    async close() {
      await access.close()
      await connection.close()
      await client.close()
      await store.close()
    },
  }
}

/** What is in memory knows records and one group; of everything else it says that it does not have it. */
function withoutAdministration(client: KafkaClient): KafkaAdminClient {
  const refuse = () =>
    Promise.reject(new OperatingError('KAFKA_UNSUPPORTED', 'this broker does not have that'))
  return { ...client, request: refuse, forget: () => undefined, nodes: refuse }
}
