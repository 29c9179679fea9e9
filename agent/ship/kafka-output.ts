import type { Clock, Logger, Metrics } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import type { HeartbeatLane } from '../../lib/ledger/index.ts'
import { laneFolder } from '../file-names.ts'
import type { Rate } from '../limits/rate.ts'
import { addBehind, type Behind, behindOf, nothingBehind } from '../outputs/behind.ts'
import type { Lane } from '../spool/lane.ts'
import { fitToSpool, readLaneState } from './lane-state.ts'
import { Shipper } from './shipper.ts'

/** How long a stopping agent goes on shipping; the rest waits in the spool for the next start. */
const drainMs = 5_000
const drainUnconnectedMs = 500

export interface KafkaOutputOptions {
  agentId: string
  agentFolder: string
  partitions: number
  client: KafkaClient
  clock: Clock
  logger: Logger
  metrics: Metrics
  random: () => number
  /** How fast all lanes together may send. */
  rate: Rate
}

/** Ships every lane of the spool to its topic, each by a shipper of its own. */
export class KafkaOutput {
  readonly #options: KafkaOutputOptions
  readonly #shippers: { lane: Lane; shipper: Shipper }[] = []

  private constructor(options: KafkaOutputOptions) {
    this.#options = options
  }

  /** Errors: SPOOL_STATE_INVALID. */
  static async start(lanes: readonly Lane[], options: KafkaOutputOptions): Promise<KafkaOutput> {
    const output = new KafkaOutput(options)
    for (const lane of lanes) await output.#add(lane)
    for (const { shipper } of output.#shippers) shipper.start()
    return output
  }

  /** One more lane, from now on. Errors: SPOOL_STATE_INVALID. */
  async carry(lane: Lane): Promise<void> {
    const shipper = await this.#add(lane)
    shipper.start()
  }

  async #add(lane: Lane): Promise<Shipper> {
    const options = this.#options
    const folder = laneFolder(options.agentFolder, lane.name)
    const state = await readLaneState(folder, lane.log.startOffset)
    if (fitToSpool(state, lane.log.endOffset)) {
      const attributes = { lane: lane.name, end: lane.log.endOffset }
      options.logger.warn('the spool was set back, taking a new producer id', attributes)
    }
    const shipper = new Shipper({ ...options, lane, folder, state })
    lane.attachLedger(shipper)
    this.#shippers.push({ lane, shipper })
    return shipper
  }

  /** Whether the brokers answer. */
  get isConnected(): boolean {
    return this.#shippers.some(({ shipper }) => shipper.connected)
  }

  /** For how long the oldest question to the brokers has had no answer. */
  get unansweredMs(): number {
    return Math.max(0, ...this.#shippers.map(({ shipper }) => shipper.unansweredMs))
  }

  /** Spool offsets acknowledged, lane by lane in the order given. */
  ackedOffsets(): number[] {
    return this.#shippers.map(({ shipper }) => shipper.ackedOffset)
  }

  get behind(): Behind {
    const each = this.#shippers.map(({ lane, shipper }) => behindOf(lane, shipper.ackedOffset))
    return each.reduce(addBehind, nothingBehind)
  }

  /** What heartbeats say of the lanes; those that have not yet met their topic are left out. */
  heartbeatLanes(): HeartbeatLane[] {
    return this.#shippers
      .filter(({ shipper }) => shipper.partition >= 0)
      .map(({ lane, shipper: { topic, partition, topicOffset, ackedOffset } }) => ({
        topic,
        partition,
        offset: topicOffset,
        spoolBytes: lane.unshippedBytes(ackedOffset),
      }))
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#shippers.map(({ shipper }) => shipper.close(shipper.connected ? drainMs : drainUnconnectedMs)),
    )
  }
}
