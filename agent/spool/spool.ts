import { type Clock, type Logger, OnceAMinute } from '../../lib/base/index.ts'
import { createLogResources, openLog } from '../../lib/log/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { laneFolder } from '../file-names.ts'
import { Lane } from './lane.ts'

export const signals: readonly Signal[] = ['logs', 'metrics', 'traces']

/** Segments are the unit of deletion: small enough that a full spool frees room early, large enough to be few. */
const segmentShare = 24
const leastSegmentBytes = 262_144
const mostSegmentBytes = 67_108_864
/** What push sources may have waiting for the disk, beyond which they are told to slow down. */
const maxQueuedBytes = 67_108_864

export interface SpoolOptions {
  agentFolder: string
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
 * Everything the agent takes in goes through here: one log on disk per signal. Bounded by `agent.spool.maxBytes` over
 * all lanes (plus at most one batch per lane); when that is reached nothing is thrown away, sources wait.
 */
export class Spool {
  readonly lanes: Record<Signal, Lane>
  readonly maxBytes: number
  readonly #troubles: OnceAMinute

  private constructor(maxBytes: number, lanes: Record<Signal, Lane>, troubles: OnceAMinute) {
    this.maxBytes = maxBytes
    this.lanes = lanes
    this.#troubles = troubles
  }

  /** Errors: FOLDER_UNWRITABLE. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const troubles = new OnceAMinute(options.logger, options.clock)
    const share = Math.floor(options.maxBytes / segmentShare)
    const segmentBytes = Math.min(mostSegmentBytes, Math.max(leastSegmentBytes, share))
    const resources = createLogResources()
    const lanes: Partial<Record<Signal, Lane>> = {}
    const room = { has: () => true }
    for (const signal of signals) {
      const folder = laneFolder(options.agentFolder, signal)
      const log = await openLog({ folder, segmentBytes, flush: 'ack' }, { logger: options.logger, resources })
      lanes[signal] = new Lane({ log, clock: options.clock, troubles, hasRoom: () => room.has() })
    }
    const spool = new Spool(options.maxBytes, lanes as Record<Signal, Lane>, troubles)
    room.has = () => spool.hasRoom()
    return spool
  }

  get usedBytes(): number {
    return signals.reduce((sum, signal) => sum + this.lanes[signal].log.sizeBytes, 0)
  }

  get queuedBytes(): number {
    return signals.reduce((sum, signal) => sum + this.lanes[signal].queuedBytes, 0)
  }

  hasRoom(): boolean {
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
    if (!this.hasRoom()) return { limit: 'agent.spool.maxBytes', retryAfterSeconds: 5 }
    if (this.queuedBytes > maxQueuedBytes)
      return { limit: 'bytes waiting for the disk', retryAfterSeconds: 1 }
    if (signals.some(signal => this.lanes[signal].failingSinceMs !== undefined))
      return { limit: 'the spool cannot be written', retryAfterSeconds: 5 }
    return undefined
  }

  /** Lets waiting lanes look again whether there is room. */
  wake(): void {
    for (const signal of signals) this.lanes[signal].wake()
  }

  /** Sources are about to stop: what cannot be written now is left to be read or sent again. */
  stopWaiting(): void {
    for (const signal of signals) this.lanes[signal].stopWaiting()
  }

  async close(): Promise<void> {
    await Promise.all(signals.map(signal => this.lanes[signal].close()))
    for (const signal of signals) await this.lanes[signal].log.close()
  }
}
