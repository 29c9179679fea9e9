import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  Closers,
  type Config,
  ensureFolder,
  lockFolder,
  messageOf,
  parseHostPort,
  type Role,
  type RoleContext,
} from '../lib/base/index.ts'
import { Deadlines } from './deadlines.ts'
import { Dispatcher } from './dispatch.ts'
import { brokerFolder, dataFolder, metadataJournal } from './filenames.ts'
import { createGroups, type GroupServices } from './group-services.ts'
import { startHousekeeping } from './housekeeping.ts'
import { observe } from './metrics.ts'
import { Network } from './network/network.ts'
import { ProducerIds } from './partitions/producer-ids.ts'
import type { Services } from './services.ts'
import { openMetadataJournal } from './topics/metadata-journal.ts'
import { offsetsTopic } from './topics/names.ts'
import { TopicTable } from './topics/topic-table.ts'

/** The id of a single broker; what a cluster's nodes will set. */
const nodeId = 1

/**
 * One node that speaks Kafka's protocol over partition logs in `dataDir/broker`.
 * Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, METADATA_DAMAGED, PORT_IN_USE, CANNOT_LISTEN.
 */
export async function startBroker(config: Config, context: RoleContext): Promise<Role> {
  const closers = new Closers()
  try {
    const address = await start(config, context, closers)
    context.logger.info('broker ready', { address })
    return { addresses: { kafka: address }, close: () => closers.close() }
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function start(config: Config, context: RoleContext, closers: Closers): Promise<string> {
  const { logger, metrics, clock } = context
  const fail = (error: Error) => context.fail(error)
  const folder = join(config.dataDir, brokerFolder)
  await ensureFolder(join(folder, dataFolder))
  closers.add('the lock', await lockFolder(folder))
  const store = await openMetadataJournal(join(folder, metadataJournal), newId)
  closers.add('the metadata', () => store.close())
  const deadlines = new Deadlines(clock)
  closers.add('timers', () => deadlines.close())

  const topics: TopicTable = new TopicTable({
    folder: join(folder, dataFolder),
    config,
    clock,
    logger: logger.child('topics'),
    store,
    newId,
    onDeleted: topic => void grouping.onTopicDeleted(topic).catch(fail),
  })
  closers.add('partitions', () => topics.close())
  const grouping: GroupServices = createGroups({ config, clock, logger, deadlines, store, topics, fail })
  closers.add('groups', () => grouping.close())
  const { groups, share } = grouping

  const producerIds = new ProducerIds(store)
  const services: Services = {
    config,
    nodeId,
    clusterId: store.clusterId,
    clock,
    logger,
    topics,
    groups,
    share,
    producerIds,
    deadlines,
    newId,
  }
  observe(metrics, topics, groups)
  const taken = { address: config.broker.listen }
  const dispatcher = new Dispatcher(services, metrics, ({ localAddress }) =>
    advertisedAddress(config, taken.address, localAddress),
  )
  const network = new Network({
    maxRequestBytes: config.broker.maxRequestBytes,
    onRequest: dispatcher.onRequest,
    logger: logger.child('network'),
    metrics,
  })
  taken.address = await network.listen(config.broker.listen)
  closers.add('the network', () => network.close())
  // every partition is opened now, but nobody waits for all of them
  const warming = warmUp(services).catch(error =>
    logger.error('starting up failed', { error: messageOf(error) }),
  )
  const housekeeping = startHousekeeping(services)
  closers.add('housekeeping', async () => {
    topics.beginClose()
    await housekeeping.close()
    await warming
  })
  return taken.address
}

async function warmUp({ topics, groups }: Services): Promise<void> {
  if (topics.get(offsetsTopic) !== undefined) await groups.ready()
  await topics.warmUp()
}

/** What a client is told to connect to: as configured, else as we listen, else where it found us already. */
function advertisedAddress(config: Config, listening: string, localAddress: string) {
  const told = parseHostPort(config.broker.advertise ?? listening)
  const isWildcard = told.host === '0.0.0.0' || told.host === '::'
  return isWildcard ? { host: localAddress.replace(/^::ffff:/, ''), port: told.port } : told
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
