import type { ClickHouseClient } from '@clickhouse/client'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import type { Config } from '../config.ts'

export interface VerifyOptions {
  config: Config
  kafka: KafkaClient
  store: ClickHouseClient
  /** Only this agent's records. */
  agent: string | undefined
  /** Only what came in from then on; 0 for all. */
  sinceMs: number
  /** Counts alone. */
  isQuick: boolean
  nowMs: number
  progress: (doneOffsets: number, ofOffsets: number) => void
}
