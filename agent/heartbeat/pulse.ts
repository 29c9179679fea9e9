import { createHash } from 'node:crypto'
import { type Clock, packageVersion } from '../../lib/base/index.ts'
import type { Heartbeat } from '../../lib/ledger/index.ts'
import { droppedOf } from '../admin/status.ts'
import type { KafkaOutput } from '../ship/kafka-output.ts'
import type { Positions } from '../sources/file/positions.ts'
import type { Sources } from '../sources/sources.ts'
import type { Spool } from '../spool/spool.ts'
import { Watermark } from './watermark.ts'

/** Sources named in one heartbeat, those with the most to read; it stays small. */
const maxReportedSources = 100

export interface PulseOptions {
  agentId: string
  hostName: string
  startedMs: number
  clock: Clock
  spool: Spool
  positions: Positions
  sources: Sources
  output: KafkaOutput
  /** The agent's part of the configuration, of which heartbeats carry a digest. */
  config: () => unknown
}

/** What the agent says of itself in its heartbeats: how far it is, what waits, what was dropped. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #watermark: Watermark
  /** What was claimed before this start. */
  readonly #beforeMs: number

  constructor(options: PulseOptions) {
    this.#options = options
    this.#watermark = new Watermark()
    const { watermarkMs } = options.positions
    // one in the future was claimed by a clock that has been set since
    this.#beforeMs = watermarkMs <= options.startedMs ? watermarkMs : 0
    options.positions.watermarkMs = this.#beforeMs
  }

  /** By the clock as it is set now; what is kept of it goes by the one that nobody sets. */
  get watermarkMs(): number {
    const { claimedMs } = this.#watermark
    if (claimedMs === Number.NEGATIVE_INFINITY) return this.#beforeMs
    const { clock } = this.#options
    return Math.floor(clock.nowMs() - (clock.monotonicMs() - claimedMs))
  }

  /** Takes note of how far sources and shipping are; called more often than heartbeats go, so that the claim is fresh. */
  note(): void {
    const { spool, sources, output, positions, clock } = this.#options
    const watermark = this.#watermark
    watermark.spooled(
      sources.completeBeforeMs(clock.monotonicMs()),
      spool.lanes.map(lane => lane.durableOffset),
    )
    watermark.acknowledged(output.ackedOffsets())
    positions.watermarkMs = this.watermarkMs
  }

  describe(stopped: boolean): Heartbeat {
    this.note()
    const { agentId, hostName, startedMs, clock, sources, output, spool } = this.#options
    return {
      schema: 1,
      agent: agentId,
      host: hostName,
      version: packageVersion(),
      configDigest: digestOf(this.#options.config()),
      sentMs: clock.nowMs(),
      startedMs,
      watermarkMs: this.watermarkMs,
      lanes: output.heartbeatLanes(),
      sources: sources.lag().most.slice(0, maxReportedSources),
      dropped: droppedOf(spool),
      stopped,
    }
  }
}

function digestOf(config: unknown): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12)
}
