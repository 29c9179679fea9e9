import { z } from 'zod'
import { address, type SharedConfig } from '../lib/base/index.ts'
import type { RetentionConfig, StoreConfig } from '../store/index.ts'

/** The section `query` of millrace.yaml. */
export const querySection = z.strictObject({ listen: address.default('127.0.0.1:4300') }).prefault({})

/** What the query role goes by. */
export type Config = SharedConfig &
  StoreConfig & {
    aggregator: { group: string }
    retention: RetentionConfig
    query: z.output<typeof querySection>
  }
