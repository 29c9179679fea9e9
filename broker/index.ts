import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import {
  type Clock,
  Closers,
  ensureFolder,
  type Logger,
  lockFolder,
  messageOf,
  type Role,
  type RoleContext,
} from '../lib/base/index.ts'
import { native } from '../lib/native/index.ts'
import { Authorizer } from './access/authorizer.ts'
import { DelegationTokens } from './access/delegation-tokens.ts'
import { ScramUsers } from './access/scram-users.ts'
import { takeCleanShutdown } from './clean-shutdown.ts'
import type { Config } from './config.ts'
import { Deadlines } from './deadlines.ts'
import { FetchSessions } from './fetch-sessions/fetch-sessions.ts'
import { brokerFolder, dataFolder, metadataJournal } from './filenames.ts'
import { createGroups, type GroupServices } from './group-services.ts'
import { startHousekeeping } from './housekeeping.ts'
import { startListening } from './listening.ts'
import { observe } from './metrics/observe.ts'
import { claimNodeId } from './node-id.ts'
import { ConnectionQuotas } from './quotas/connection-quotas.ts'
import { MutationQuotas } from './quotas/mutation-quotas.ts'
import { QuotaTable } from './quotas/quota-table.ts'
import type { Services } from './services.ts'
import { steadyClock } from './steady-clock.ts'
import { BrokerConfigs } from './topics/broker-configs.ts'
import { openInternal } from './topics/internal.ts'
import { openMetadataJournal } from './topics/metadata-journal.ts'
import type { MetadataStore } from './topics/metadata-store.ts'
import { offsetsTopic, transactionsTopic } from './topics/names.ts'
import { TopicTable } from './topics/topic-table.ts'
import { TransactionCoordinator } from './transactions/coordinator.ts'
import { ProducerIds } from './transactions/producer-ids.ts'

/**
 * One node that speaks Kafka's protocol over partition logs in `dataDir/broker`.
 * Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, METADATA_DAMAGED, NODE_ID_CHANGED, PORT_IN_USE, CANNOT_LISTEN.
 */
export async function startBroker(config: Config, context: RoleContext): Promise<Role> {
  const closers = new Closers()
  try {
    const addresses = await start(config, context, closers)
    context.logger.info('broker ready', { ...addresses, sendfile: native !== undefined })
    return { addresses, close: () => closers.close() }
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function start(
  config: Config,
  context: RoleContext,
  closers: Closers,
): Promise<Record<string, string>> {
  const { logger, metrics, clock } = context
  const fail = (error: Error) => context.fail(error)
  const folder = join(config.dataDir, brokerFolder)
  await ensureFolder(join(folder, dataFolder))
  closers.add('the lock', await lockFolder(folder))
  const store = await openStore(folder, config, logger, closers)
  const deadlines = new Deadlines(clock)
  closers.add('timers', () => deadlines.close())

  const follow = () => topics.onBrokerConfigsChanged()
  const addresses: Record<string, string> = {}
  const brokerConfigs = new BrokerConfigs({ store, config, addresses, onChanged: follow })
  const topics: TopicTable = new TopicTable({
    folder: join(folder, dataFolder),
    config,
    brokerConfigs,
    clock,
    logger: logger.child('topics'),
    store,
    newId,
    onDeleted: topic => void grouping.onTopicDeleted(topic).catch(fail),
  })
  closers.add('partitions', () => topics.close())
  const steady = steadyClock(clock)
  const grouping: GroupServices = createGroups({
    config,
    brokerConfigs,
    clock: steady,
    logger,
    deadlines,
    store,
    topics,
    fail,
  })
  closers.add('groups', () => grouping.close())
  const { groups, share } = grouping

  const producerIds = new ProducerIds(store)
  const transactions = keepTransactions(
    config,
    { ...context, clock: steady },
    { topics, groups, deadlines, producerIds, brokerConfigs },
  )
  closers.add('transactions', () => transactions.close())
  const services: Services = {
    config,
    nodeId: config.broker.nodeId,
    brokerConfigs,
    clusterId: store.clusterId,
    clock,
    logger,
    topics,
    groups,
    transactions,
    share,
    fetchSessions: keepSessions(clock, brokerConfigs),
    producerIds,
    ...keepAccess(store, config, brokerConfigs, clock),
    deadlines,
    newId,
  }
  observe(metrics, services)
  await startListening(services, metrics, closers, addresses)
  keepHouse(services, join(folder, dataFolder), closers)
  return addresses
}

async function openStore(
  folder: string,
  config: Config,
  logger: Logger,
  closers: Closers,
): Promise<MetadataStore> {
  const store = await openMetadataJournal(join(folder, metadataJournal), newId)
  closers.add('the metadata', () => store.close())
  await claimNodeId(store, config.broker.nodeId, folder)
  const wasClean = await takeCleanShutdown(join(folder, dataFolder))
  if (!wasClean && store.topics.size > 0)
    logger.info('no clean shutdown before this start, logs are checked from their recovery points on')
  return store
}

function keepHouse(services: Services, folder: string, closers: Closers): void {
  const { logger, topics } = services
  // every partition is opened now, but nobody waits for all of them
  const warming = warmUp(services).catch(error =>
    logger.error('starting up failed', { error: messageOf(error) }),
  )
  const housekeeping = startHousekeeping(services, folder)
  closers.add('housekeeping', async () => {
    topics.beginClose()
    await housekeeping.close()
    await warming
  })
}

function keepTransactions(
  config: Config,
  { clock, logger }: RoleContext,
  parts: Pick<Services, 'topics' | 'groups' | 'deadlines' | 'producerIds' | 'brokerConfigs'>,
): TransactionCoordinator {
  return new TransactionCoordinator({
    ...parts,
    clock,
    logger: logger.child('transactions'),
    maxTimeoutMs: config.broker.transactionMaxTimeoutMs,
    scanIntervalMs: config.broker.transactionScanIntervalMs,
    expirationMs: config.broker.transactionalIdExpirationMs,
    openTopic: () => openInternal(parts.topics, parts.brokerConfigs, transactionsTopic),
  })
}

/** Who comes in, what they may do, and how much of it. */
function keepAccess(store: MetadataStore, config: Config, brokerConfigs: BrokerConfigs, clock: Clock) {
  const quotas = new QuotaTable(store)
  return {
    authorizer: new Authorizer(store, config.broker.authorization),
    users: new ScramUsers(store),
    tokens: new DelegationTokens({ store, brokerConfigs, clock, newId }),
    quotas,
    mutations: new MutationQuotas(quotas, clock),
    connections: new ConnectionQuotas(brokerConfigs, quotas, clock),
  }
}

function keepSessions(clock: Clock, brokerConfigs: BrokerConfigs): FetchSessions {
  return new FetchSessions({
    nowMs: () => clock.monotonicMs(),
    newId: () => randomInt(1, 0x7fff_ffff),
    maxSessions: brokerConfigs.number('max.incremental.fetch.session.cache.slots'),
  })
}

async function warmUp({ topics, groups, transactions }: Services): Promise<void> {
  if (topics.get(offsetsTopic) !== undefined) await groups.ready()
  if (topics.get(transactionsTopic) !== undefined) await transactions.ready()
  await topics.warmUp()
}

/** A random uuid (version 4) in Kafka's writing. */
function newId(): string {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const id = bytes.toString('base64url')
  // tools take a leading dash for an option; Kafka avoids it too
  return id.startsWith('-') ? newId() : id
}
