import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import {
  Closers,
  type Config,
  ensureFolder,
  lockFolder,
  OnceAMinute,
  packageVersion,
  type Role,
  type RoleContext,
} from '../lib/base/index.ts'
import { configuredKafkaClient, type KafkaClient } from '../lib/kafka/client/index.ts'
import type { Heartbeat } from '../lib/ledger/index.ts'
import type { Signal } from '../lib/otlp/index.ts'
import { agentFolder, laneFolder } from './file-names.ts'
import { Heartbeats } from './heartbeat/heartbeats.ts'
import { Watermark } from './heartbeat/watermark.ts'
import { Housekeeping } from './housekeeping.ts'
import { fitToSpool, readLaneState } from './ship/lane-state.ts'
import { Shipper } from './ship/shipper.ts'
import { Positions } from './sources/file/positions.ts'
import { Spool, signals } from './spool/spool.ts'
import { type Sources, startSources } from './start-sources.ts'

/** How long a stopping agent goes on shipping; the rest waits in the spool for the next start. */
const drainMs = 5_000
const drainUnconnectedMs = 500

/** What tests put in place of the world. */
export interface AgentDeps {
  client?: KafkaClient
  random?: () => number
}

/**
 * Collects what this host has and ships it: sources, spool, shippers, heartbeats. Answers as soon as all sources stand;
 * the brokers need not be there. Addresses: `otlpHttp`, `otlpGrpc`, `forward`, where configured.
 * Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, CANNOT_LISTEN, SPOOL_STATE_INVALID, POSITIONS_INVALID.
 */
export async function startAgent(config: Config, context: RoleContext, deps: AgentDeps = {}): Promise<Role> {
  const agent = new Agent(config, context, deps)
  try {
    return await agent.start()
  } catch (error) {
    await agent
      .close()
      .catch(problem => context.logger.error('undoing a failed start failed', { error: `${problem}` }))
    throw error
  }
}

class Agent {
  readonly #config: Config
  readonly #context: RoleContext
  readonly #random: () => number
  readonly #client: KafkaClient
  readonly #closers = new Closers()
  readonly #startedMs: number
  readonly #sources: Sources = { all: [], files: [], intakes: [], addresses: {} }
  /** A time such that everything the sources had before it is durable in the spool; none while not all have started. */
  #spooledBeforeMs: () => number = () => 0
  /** When each file source had last read all there was. */
  readonly #caughtUpMs = new Map<object, number>()

  constructor(config: Config, context: RoleContext, deps: AgentDeps) {
    this.#config = config
    this.#context = context
    this.#random = deps.random ?? Math.random
    this.#startedMs = context.clock.nowMs()
    this.#client =
      deps.client ?? configuredKafkaClient(config, `millrace-agent-${config.agent.id}`, context.logger)
  }

  async start(): Promise<Role> {
    const { clock, metrics } = this.#context
    const folder = agentFolder(this.#config.dataDir)
    await ensureFolder(folder)
    this.#closers.add('folder lock', await lockFolder(folder))
    this.#closers.add('kafka client', () => this.#client.close())
    // lines about moving telemetry must not become telemetry
    const logger = this.#context.logger.child('pipeline', { local: true })
    const spool = await Spool.open({
      agentFolder: folder,
      maxBytes: this.#config.agent.spool.maxBytes,
      clock,
      logger,
    })
    this.#closers.add('spool', () => spool.close())
    const positions = await Positions.load(folder, spool.lanes.logs.log, logger)
    const shippers = await this.#startShippers(spool, folder)
    const troubles = new OnceAMinute(logger, clock)
    const housekeeping = new Housekeeping({ spool, positions, shippers, clock, logger, troubles })
    this.#closers.add('housekeeping', () => housekeeping.close())
    this.#startHeartbeats(spool, positions, shippers)
    this.#closers.add('shippers', () => drain(shippers))
    this.#closers.add('sources', () => this.#closeSources(spool))
    const options = {
      config: this.#config,
      hostName: hostname(),
      startedMs: this.#startedMs,
      random: this.#random,
    }
    await startSources({ ...options, spool, positions, clock, logger, metrics }, this.#sources)
    this.#observe(spool)
    this.#spooledBeforeMs = () => this.#caughtUp(clock.nowMs())
    return { addresses: this.#sources.addresses, close: () => this.close() }
  }

  close(): Promise<void> {
    return this.#closers.close()
  }

  async #startShippers(spool: Spool, folder: string): Promise<Record<Signal, Shipper>> {
    const { topics } = this.#config.kafka
    const { clock, logger, metrics } = this.#context
    const shippers: Partial<Record<Signal, Shipper>> = {}
    for (const signal of signals) {
      const { log } = spool.lanes[signal]
      const lane = laneFolder(folder, signal)
      const state = await readLaneState(lane, log.startOffset)
      if (fitToSpool(state, log.endOffset))
        logger.warn('the spool was set back, taking a new producer id', { lane: signal, end: log.endOffset })
      const shipper = new Shipper({
        signal,
        agentId: this.#config.agent.id,
        agentFolder: folder,
        folder: lane,
        topic: topics[signal],
        partitions: topics.partitions,
        log,
        state,
        client: this.#client,
        clock,
        logger: logger.child('ship', { local: true }),
        metrics,
        random: this.#random,
        onAcked: () => undefined,
      })
      spool.lanes[signal].onAppended = () => shipper.wake()
      shippers[signal] = shipper
    }
    for (const signal of signals) shippers[signal]?.start()
    return shippers as Record<Signal, Shipper>
  }

  #startHeartbeats(spool: Spool, positions: Positions, shippers: Record<Signal, Shipper>): void {
    const { clock, logger } = this.#context
    const watermark = new Watermark(positions.watermarkMs)
    const note = (): void => {
      const ends = signals.map(signal => spool.lanes[signal].durableOffset)
      watermark.spooled(this.#spooledBeforeMs(), ends)
      watermark.acknowledged(signals.map(signal => shippers[signal].ackedOffset))
      positions.watermarkMs = watermark.claimedMs
    }
    const digest = createHash('sha256').update(JSON.stringify(this.#config.agent)).digest('hex').slice(0, 12)
    const describe = (stopped: boolean): Heartbeat => {
      note()
      return {
        schema: 1,
        agent: this.#config.agent.id,
        host: hostname(),
        version: packageVersion(),
        configDigest: digest,
        sentMs: clock.nowMs(),
        startedMs: this.#startedMs,
        watermarkMs: watermark.claimedMs,
        lanes: signals
          .map(signal => laneOf(shippers[signal], spool, signal))
          .filter(lane => lane.partition >= 0),
        sources: this.#sources.all.flatMap(source => source.lag()).slice(0, maxReportedSources),
        dropped: {},
        stopped,
      }
    }
    // noted more often than sent, so that the claim is fresh when a heartbeat goes out
    const timer = setInterval(note, 250)
    const { heartbeats, partitions } = this.#config.kafka.topics
    const sender = new Heartbeats({
      topic: heartbeats,
      partitions,
      intervalMs: this.#config.agent.heartbeatMs,
      client: this.#client,
      clock,
      logger: logger.child('heartbeat', { local: true }),
      describe,
    })
    this.#closers.add('heartbeats', async () => {
      clearInterval(timer)
      await sender.close()
    })
  }

  #caughtUp(nowMs: number): number {
    const files = this.#sources.files.map(file => this.#caughtUpMs.get(file) ?? 0)
    // what is under way came after; a millisecond before it is sure
    const pushes = this.#sources.intakes.map(intake => intake.oldestMs ?? nowMs).map(ms => ms - 1)
    return Math.min(nowMs - 1, ...files, ...pushes)
  }

  async #closeSources(spool: Spool): Promise<void> {
    spool.stopWaiting()
    await Promise.all(this.#sources.all.map(source => source.close()))
  }

  #observe(spool: Spool): void {
    for (const file of this.#sources.files) file.onCaughtUp = ms => this.#caughtUpMs.set(file, ms)
    const { metrics } = this.#context
    metrics.gauge(
      'millrace.agent.spool.bytes',
      { unit: 'By', description: 'bytes on disk in the spool, acknowledged or not' },
      () => signals.map(signal => ({ labels: { lane: signal }, value: spool.lanes[signal].log.sizeBytes })),
    )
    metrics.gauge(
      'millrace.agent.lag',
      { unit: 'By', description: 'bytes the sources still have to read' },
      () =>
        this.#sources.all.flatMap(source => source.lag()).reduce((sum, { lagBytes }) => sum + lagBytes, 0),
    )
  }
}

/** Sources with the most to read stand first; a heartbeat stays small. */
const maxReportedSources = 100

async function drain(shippers: Record<Signal, Shipper>): Promise<void> {
  await Promise.all(
    signals.map(signal => shippers[signal].close(shippers[signal].connected ? drainMs : drainUnconnectedMs)),
  )
}

function laneOf(shipper: Shipper, spool: Spool, signal: Signal): Heartbeat['lanes'][number] {
  const { topic, partition, topicOffset, ackedOffset } = shipper
  return {
    topic,
    partition,
    offset: topicOffset,
    spoolBytes: spool.lanes[signal].unshippedBytes(ackedOffset),
  }
}
