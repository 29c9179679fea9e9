import { LRUCache } from 'lru-cache'
import { Closers, packageVersion, type Role, type RoleContext } from '../lib/base/index.ts'
import { openSchemaRegistry, type ValueDecoder, valueDecoder } from '../lib/kafka/admin/index.ts'
import { configuredKafkaClient } from '../lib/kafka/client/index.ts'
import { StoreConnection } from '../store/index.ts'
import { Access } from './access/access.ts'
import { checkAuth } from './access/check.ts'
import { longestSeconds } from './access/limits.ts'
import { CompletenessWatcher } from './completeness/watcher.ts'
import type { Config } from './config.ts'
import { LagSampler } from './lag/sampler.ts'
import { listen } from './listen.ts'
import type { PreviewRules } from './preview-rules.ts'
import { openRules } from './rules/open.ts'
import { createApp } from './server.ts'
import { StoreReader } from './store-reader.ts'
import { TailHub } from './tail/hub.ts'

const requestMs = 120_000
const requestGraceMs = 10_000
/** Parts are written anew without the lines: that takes as long as it takes. */
const deletionMs = 3_600_000
const maxKeptAnswers = 500
/** Late lines may amend a closed window: an answer is never older than this. */
const keptMs = 15_000

/** What comes from rooms that this one does without. */
export interface QueryExtras {
  previewRules?: PreviewRules
}

/** The query API and the page. Starts without broker and store, and says of each request what it misses. Errors: PORT_IN_USE, TLS_UNUSABLE, RULES_INVALID, AUTH_NEEDED. */
export async function startQuery(
  config: Config,
  context: RoleContext,
  { previewRules }: QueryExtras = {},
): Promise<Role> {
  checkAuth(config)
  const closers = new Closers()
  const { clock, logger, metrics } = context
  const kafka = configuredKafkaClient(config, 'millrace-query', logger)
  const { store, writer } = connections(config, closers)
  const access = new Access(config, clock, logger.child('access'))
  closers.add('access', () => access.close())
  const watcher = new CompletenessWatcher(kafka, config, clock, logger.child('completeness'))
  const { topics } = config.kafka
  const tail = new TailHub(kafka, topics.logs, config.tenant, logger.child('tail', { local: true }))
  const reader = new StoreReader(store)
  const { rules, savedRules, reloadRules, follower } = await openRules({
    config,
    kafka,
    reader,
    watcher,
    context,
  })
  const sampler = new LagSampler(kafka, clock, logger.child('lag'))
  let address = config.query.listen
  const app = createApp(
    {
      config,
      access,
      clock,
      logger: logger.child('http'),
      reader,
      writer,
      kafka,
      lag: sampler.history,
      values: decoderOf(config),
      watcher,
      tail,
      rules,
      savedRules,
      reloadRules,
      previewRules,
      closedWindows: new LRUCache({ max: maxKeptAnswers, ttl: keptMs }),
      version: packageVersion(),
      address: () => address,
    },
    metrics,
  )
  const server = await listen(app.fetch, config.query, logger.child('http')).catch(async (error: unknown) => {
    await Promise.all([closers.close(), follower.close(), kafka.close()])
    throw error
  })
  address = server.address
  watcher.start()
  rules.start()
  if (config.query.streams !== 'off') sampler.start()
  closers.add('server', () => server.close())
  // together: what waits for an answer of the brokers ends with the client
  closers.add('readers of topics', async () => {
    await follower.close()
    await rules.close()
    await Promise.all([watcher.close(), tail.close(), sampler.close(), kafka.close()])
  })
  return { addresses: { http: server.address }, close: () => closers.close() }
}

function connections(config: Config, closers: Closers): Record<'store' | 'writer', StoreConnection> {
  const store = new StoreConnection(config, {
    application: 'millrace-query',
    maxOpenConnections: 32,
    // the deadline is to be met before the client's own
    requestTimeoutMs: Math.max(requestMs, longestSeconds(config.query.limits) * 1000 + requestGraceMs),
  })
  closers.add('store client', () => store.close())
  const writer = new StoreConnection(config, {
    application: 'millrace-delete',
    requestTimeoutMs: deletionMs,
  })
  closers.add('store writer', () => writer.close())
  return { store, writer }
}

function decoderOf({ query: { schemaRegistry } }: Config): ValueDecoder {
  return valueDecoder(schemaRegistry === null ? undefined : openSchemaRegistry(schemaRegistry))
}
