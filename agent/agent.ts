import { hostname } from 'node:os'
import {
  Closers,
  ensureFolder,
  lockFolder,
  OnceAMinute,
  type Role,
  type RoleContext,
} from '../lib/base/index.ts'
import { configuredKafkaClient, type KafkaClient } from '../lib/kafka/client/index.ts'
import type { Config } from './config.ts'
import { agentFolder } from './file-names.ts'
import { Heartbeats } from './heartbeat/heartbeats.ts'
import { Pulse } from './heartbeat/pulse.ts'
import { Housekeeping } from './housekeeping.ts'
import { observe } from './observe.ts'
import { noFilter } from './records/filter.ts'
import { KafkaOutput } from './ship/kafka-output.ts'
import { Positions } from './sources/file/positions.ts'
import { Sources } from './sources/sources.ts'
import { laneNames, leftoverLanes } from './spool/lane-names.ts'
import { Spool } from './spool/spool.ts'

/** How often it is noted how far sources and shipping are. */
const noteMs = 250

/** What tests put in place of the world. */
export interface AgentDeps {
  client?: KafkaClient
  random?: () => number
}

/**
 * Collects what this host has and ships it: sources, spool, shippers, heartbeats. Answers as soon as all sources stand;
 * the brokers need not be there. Addresses: those of the sources.
 * Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, CANNOT_LISTEN, SPOOL_STATE_INVALID, POSITIONS_INVALID.
 */
export async function startAgent(config: Config, context: RoleContext, deps: AgentDeps = {}): Promise<Role> {
  const closers = new Closers()
  try {
    return await start(config, context, deps, closers)
  } catch (error) {
    await closers
      .close()
      .catch(problem => context.logger.error('undoing a failed start failed', { error: `${problem}` }))
    throw error
  }
}

async function start(config: Config, context: RoleContext, deps: AgentDeps, closers: Closers): Promise<Role> {
  const { clock, metrics } = context
  const { id: agentId } = config.agent
  const { partitions, heartbeats } = config.kafka.topics
  const folder = agentFolder(config.dataDir)
  await ensureFolder(folder)
  closers.add('folder lock', await lockFolder(folder))
  const client = deps.client ?? configuredKafkaClient(config, `millrace-agent-${agentId}`, context.logger)
  closers.add('kafka client', () => client.close())
  // lines about moving telemetry must not become telemetry
  const logger = context.logger.child('pipeline', { local: true })
  const world = { clock, metrics, random: deps.random ?? Math.random }
  const lanes = laneNames(config.kafka.topics, config.agent.spool.lanes)
  const spool = await Spool.open({
    agentFolder: folder,
    lanes: [...lanes, ...(await leftoverLanes(folder, config.kafka.topics, lanes))],
    maxBytes: config.agent.spool.maxBytes,
    clock,
    logger,
  })
  closers.add('spool', () => spool.close())
  const positions = await Positions.load(folder, spool.lanes, logger)
  const ship = context.logger.child('ship', { local: true })
  const shipping = { ...world, agentId, agentFolder: folder, partitions, client, logger: ship }
  const output = await KafkaOutput.start(spool.lanes, shipping)
  const troubles = new OnceAMinute(logger, clock)
  const housekeeping = new Housekeeping({ spool, positions, clock, logger, troubles })
  closers.add('housekeeping', () => housekeeping.close())
  const sources = new Sources(() => context.done?.())
  const self = { agentId, hostName: hostname(), startedMs: clock.nowMs() }
  const pulse = new Pulse({ ...self, clock, spool, positions, sources, output, config: () => config.agent })
  const beat = new Heartbeats({
    topic: heartbeats,
    partitions,
    intervalMs: config.agent.heartbeatMs,
    client,
    clock,
    logger: context.logger.child('heartbeat', { local: true }),
    describe: stopped => pulse.describe(stopped),
  })
  const noting = setInterval(() => pulse.note(), noteMs)
  closers.add('heartbeats', async () => {
    clearInterval(noting)
    await beat.close()
  })
  closers.add('shippers', () => output.close())
  closers.add('sources', async () => {
    spool.stopWaiting()
    await sources.close()
  })
  observe(metrics, spool, sources)
  await sources.start(config.agent.sources, { ...world, ...self, spool, positions, filter: noFilter, logger })
  return { addresses: sources.addresses, close: () => closers.close() }
}
