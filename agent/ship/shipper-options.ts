import type { Clock, Logger, Metrics } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import type { Rate } from '../limits/rate.ts'
import type { Lane } from '../spool/lane.ts'
import type { LaneState } from './lane-state.ts'

export interface ShipperOptions {
  lane: Pick<Lane, 'name' | 'signal' | 'topic' | 'log'>
  /** What its batches are called that are set aside; left out: as the lane. */
  place?: string
  agentId: string
  agentFolder: string
  folder: string
  partitions: number
  state: LaneState
  client: KafkaClient
  clock: Clock
  logger: Logger
  metrics: Metrics
  random: () => number
  /** How fast all lanes together may send; left out: as fast as they can. */
  rate?: Pick<Rate, 'take'>
}
