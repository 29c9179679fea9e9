import { type Clock, type Logger, OnceAMinute, OperatingError } from '../../lib/base/index.ts'
import { createLogResources, openLog } from '../../lib/log/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { laneFolder } from '../file-names.ts'
import { hashOf } from '../hash.ts'
import { Lane, type LaneName } from './lane.ts'

/** Segments are the unit of deletion: small enough that a full spool frees room early, large enough to be few. */
const segmentShare = 24
const leastSegmentBytes = 262_144
const mostSegmentBytes = 67_108_864
/** What push sources may have waiting for the disk, beyond which they are told to slow down. */
const maxQueuedBytes = 67_108_864

export interface SpoolOptions {
  agentFolder: string
  lanes: readonly LaneName[]
  maxBytes: number
  clock: Clock
  logger: Logger
}

/** Why the spool takes nothing at the moment. */
export interface Pressure {
  limit: string
  retryAfterSeconds: number
}

/**
 * Everything the agent takes in goes through here: a log on disk for each lane. Bounded by `agent.spool.maxBytes` over
 * all lanes (plus at most one batch per lane); when that is reached nothing is thrown away, sources wait.
 */
export class Spool {
  readonly maxBytes: number
  /** A limit of the agent that bites: nothing is written meanwhile; undefined while none does. */
  heldBy: () => string | undefined = () => undefined
  readonly #options: SpoolOptions
  readonly #troubles: OnceAMinute
  readonly #lanes: Lane[] = []
  readonly #resources = createLogResources()

  private constructor(options: SpoolOptions) {
    this.#options = options
    this.maxBytes = options.maxBytes
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  /** Errors: FOLDER_UNWRITABLE. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options)
    for (const lane of options.lanes) await spool.#open(lane)
    return spool
  }

  /** In the order in which they were opened. */
  get lanes(): readonly Lane[] {
    return this.#lanes
  }

  /**
   * The lane of a topic that a rule sends to from now on; a new one is answered as such, for the outputs to carry.
   * Errors: FOLDER_UNWRITABLE.
   */
  async openTopic(lane: LaneName): Promise<{ lane: Lane; isNew: boolean }> {
    const known = this.#lanes.find(({ name }) => name === lane.name)
    if (known !== undefined) known.use = lane.use
    return { lane: known ?? (await this.#open(lane)), isNew: known === undefined }
  }

  async #open(name: LaneName): Promise<Lane> {
    const { agentFolder, maxBytes, clock, logger } = this.#options
    const share = Math.floor(maxBytes / segmentShare)
    const segmentBytes = Math.min(mostSegmentBytes, Math.max(leastSegmentBytes, share))
    const folder = laneFolder(agentFolder, name.name)
    const log = await openLog({ folder, segmentBytes, flush: 'ack' }, { logger, resources: this.#resources })
    const hasRoom = () => this.hasRoom()
    const lane = new Lane({ ...name, log, clock, troubles: this.#troubles, hasRoom })
    this.#lanes.push(lane)
    return lane
  }

  /** The lane of a signal; of several the one that a source's records always go through, so that they keep their order. `topic`: where a rule sends them. */
  lane(signal: Signal, source = '', topic = ''): Lane {
    const wanted = topic === '' ? 'signal' : 'topic'
    const lanes = this.lanes.filter(
      lane => lane.use === wanted && lane.signal === signal && (topic === '' || lane.topic === topic),
    )
    const lane = lanes[lanes.length > 1 ? hashOf(source) % lanes.length : 0]
    if (lane === undefined)
      throw new OperatingError('NO_LANE', `the spool has no lane for ${signal} ${topic}`)
    return lane
  }

  get usedBytes(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.log.sizeBytes, 0)
  }

  get queuedBytes(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.queuedBytes, 0)
  }

  hasRoom(): boolean {
    if (this.heldBy() !== undefined) return false
    if (this.usedBytes < this.maxBytes) return true
    this.#troubles.warn('spool full, sources wait', {
      limit: 'agent.spool.maxBytes',
      maxBytes: this.maxBytes,
      usedBytes: this.usedBytes,
    })
    return false
  }

  /** What push sources ask before they take a request; undefined while there is room. */
  pressure(): Pressure | undefined {
    const held = this.heldBy()
    if (held !== undefined) return { limit: held, retryAfterSeconds: 1 }
    if (!this.hasRoom()) return { limit: 'agent.spool.maxBytes', retryAfterSeconds: 5 }
    if (this.queuedBytes > maxQueuedBytes)
      return { limit: 'bytes waiting for the disk', retryAfterSeconds: 1 }
    if (this.lanes.some(lane => lane.failingSinceMs !== undefined))
      return { limit: 'the spool cannot be written', retryAfterSeconds: 5 }
    return undefined
  }

  /** Lets waiting lanes look again whether there is room. */
  wake(): void {
    for (const lane of this.lanes) lane.wake()
  }

  /** Sources are about to stop: what cannot be written now is left to be read or sent again. */
  stopWaiting(): void {
    for (const lane of this.lanes) lane.stopWaiting()
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map(lane => lane.close()))
    for (const lane of this.lanes) await lane.log.close()
  }
}
