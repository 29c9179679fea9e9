import { hostname } from 'node:os'
import { Closers, ensureFolder, lockFolder, type Role, type RoleContext } from '../lib/base/index.ts'
import { configuredKafkaClient, type KafkaClient } from '../lib/kafka/client/index.ts'
import { LastTroubles } from './admin/last-troubles.ts'
import { startAdmin } from './admin/server.ts'
import { agentStatus } from './admin/status.ts'
import { Taps } from './admin/taps.ts'
import type { Config } from './config.ts'
import { agentFolder } from './file-names.ts'
import { Heartbeats } from './heartbeat/heartbeats.ts'
import { Pulse } from './heartbeat/pulse.ts'
import { keepHouse } from './keep-house.ts'
import { Rate } from './limits/rate.ts'
import { observe } from './observe.ts'
import { Outputs } from './outputs/outputs.ts'
import { reloader } from './reload.ts'
import { Rules, routedTopics } from './rules.ts'
import { KafkaOutput } from './ship/kafka-output.ts'
import { OpenFiles } from './sources/file/open-files.ts'
import { Positions } from './sources/file/positions.ts'
import { Repeats } from './sources/repeats.ts'
import { Sources } from './sources/sources.ts'
import { laneNames, leftoverLanes, topicLane } from './spool/lane-names.ts'
import { Spool } from './spool/spool.ts'
import { countQuarantined } from './spool-tools/quarantine-files.ts'
import { type OutputReplay, replayBatch } from './spool-tools/replay.ts'
import { readSmallFile } from './transforms/read-small-file.ts'

/** How often it is noted how far sources and shipping are. */
const noteMs = 250

/** What tests put in place of the world. */
export interface AgentDeps {
  client?: KafkaClient
  random?: () => number
}

/**
 * Collects what this host has and ships it: sources, rules, spool, outputs, heartbeats. Answers as soon as all sources
 * stand; the brokers need not be there. Addresses: those of the sources, and `admin`.
 * Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, CANNOT_LISTEN, SPOOL_STATE_INVALID, POSITIONS_INVALID, and those
 * of the sources.
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
  const agent = config.agent
  const self = { agentId: agent.id, hostName: hostname(), startedMs: clock.nowMs() }
  const world = { clock, metrics, random: deps.random ?? Math.random }
  const folder = agentFolder(config.dataDir)
  await ensureFolder(folder)
  closers.add('folder lock', await lockFolder(folder))
  const client = deps.client ?? configuredKafkaClient(config, `millrace-agent-${agent.id}`, context.logger)
  closers.add('kafka client', () => client.close())
  // lines about moving telemetry must not become telemetry
  const logger = context.logger.child('pipeline', { local: true })
  const troubles = new LastTroubles()
  context.logger.addSink(entry => troubles.note(entry))

  const spool = await openSpool(config, folder, clock, logger)
  closers.add('spool', () => spool.close())
  const positions = await Positions.load(folder, spool.lanes, logger)
  const carried = await startOutputs(config, spool, { ...world, client, agentFolder: folder, context })
  keepHouse(config, { spool, positions, clock, logger }, closers)

  const taps = new Taps(() => clock.nowMs())
  const machine = { environment: process.env, readFile: readSmallFile, hostName: self.hostName }
  const rules = new Rules(agent.transforms, { ...world, ...machine }, taps)
  const sources = new Sources(() => context.done?.())
  const openFiles = new OpenFiles(agent.limits.maxOpenFiles)
  const repeats = new Repeats(clock, positions.requests)
  const host = { ...world, ...self, spool, positions, repeats, openFiles, rules, logger }
  const reload = reloader({ config, rules, sources, host, openTopics: carried.openTopics })
  const pulse = new Pulse({
    ...self,
    clock,
    spool,
    positions,
    sources,
    output: carried.kafka,
    config: () => reload.current.agent,
  })
  closers.add('heartbeats', beat(config, context, client, pulse, carried.isKafka))
  closers.add('outputs', carried.close)
  closers.add('sources', async () => {
    spool.stopWaiting()
    await sources.close()
  })
  observe(metrics, spool, sources, rules)
  await sources.start(agent.sources, host)
  const parts = { ...self, clock, pulse, reload, spool, sources, rules, troubles, output: carried }
  const status = () => agentStatus({ ...parts, quarantined: countQuarantined(folder) })
  const replay = (file: string) => replayBatch(spool, folder, file, carried.replay)
  const admin = await startAdmin({
    address: agent.listen,
    agentFolder: folder,
    metrics,
    logger,
    taps,
    replay,
    status,
  })
  closers.add('status and metrics', () => admin.close())
  return {
    addresses: { ...sources.addresses, admin: admin.address },
    ownsStdout: agent.outputs.some(({ type }) => type === 'stdout'),
    reload: next => reload.take(next as Config, clock.nowMs()),
    close: () => closers.close(),
  }
}

async function openSpool(
  { kafka, agent }: Config,
  folder: string,
  clock: RoleContext['clock'],
  logger: RoleContext['logger'],
): Promise<Spool> {
  const wanted = laneNames(kafka.topics, agent.spool.lanes, routedTopics(agent.transforms))
  const lanes = [...wanted, ...(await leftoverLanes(folder, kafka.topics, wanted))]
  return await Spool.open({ agentFolder: folder, lanes, maxBytes: agent.spool.maxBytes, clock, logger })
}

interface OutputsWorld {
  clock: RoleContext['clock']
  metrics: RoleContext['metrics']
  random: () => number
  client: KafkaClient
  agentFolder: string
  context: RoleContext
}

async function startOutputs(config: Config, spool: Spool, { context, client, ...world }: OutputsWorld) {
  const { id: agentId, outputs: configs } = config.agent
  const logger = context.logger.child('ship', { local: true })
  const isKafka = configs.some(({ type }) => type === 'kafka')
  const rate = new Rate(config.agent.limits.maxNetworkBytesPerSecond, world.clock)
  const shipping = { ...world, rate, agentId, partitions: config.kafka.topics.partitions, client, logger }
  const kafka = await KafkaOutput.start(isKafka ? spool.lanes : [], shipping)
  const outputs = new Outputs()
  await outputs.start(configs, spool.lanes, { ...world, logger })
  const close = async (): Promise<void> => {
    await Promise.all([kafka.close(), outputs.close()])
  }
  /** Opens what is missing of the lanes of topics that rules send to. */
  const openTopics = async (topics: readonly string[]): Promise<void> => {
    for (const topic of topics) {
      const { lane, isNew } = await spool.openTopic(topicLane(topic))
      if (!isNew) continue
      if (isKafka) await kafka.carry(lane)
      await outputs.carry(lane)
    }
  }
  const replay: OutputReplay = (file, records) => outputs.replay(file, records)
  return { kafka, isKafka, outputs, openTopics, replay, close }
}

/** Begins to say how far the agent is, where there are brokers to say it to; answers how to end that. */
function beat(
  config: Config,
  { clock, logger }: RoleContext,
  client: KafkaClient,
  pulse: Pulse,
  isKafka: boolean,
): () => Promise<void> {
  const { heartbeats: topic, partitions } = config.kafka.topics
  const beating = { topic, partitions, intervalMs: config.agent.heartbeatMs, client, clock }
  const describe = (stopped: boolean) => pulse.describe(stopped)
  const sender = isKafka
    ? new Heartbeats({ ...beating, logger: logger.child('heartbeat', { local: true }), describe })
    : undefined
  const noting = setInterval(() => pulse.note(), noteMs)
  return async () => {
    clearInterval(noting)
    await sender?.close()
  }
}
