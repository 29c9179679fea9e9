import { z } from 'zod'
import type { SharedConfig } from '../lib/base/index.ts'
import type { RetentionConfig, StoreConfig } from '../store/index.ts'
import { defaultPromoted } from './metrics/promoted.ts'
import { rollupDefinitions } from './rollups/definition.ts'

/** The section `aggregator` of millrace.yaml. */
export const aggregatorSection = z
  .strictObject({
    maxDelayMs: z.int().min(10).default(500),
    maxRows: z.int().min(100).max(1_000_000).default(100_000),
    /** Resource attributes that become labels of metrics: in place of the usual ones. */
    promoteResourceAttributes: z
      .array(z.string().min(1).max(256))
      .max(100)
      .default([...defaultPromoted]),
    group: z.string().min(1).default('millrace-aggregator'),
  })
  .prefault({})

/** The section `rollups`: counts of log lines kept per window beside the usual ones, metrics by their names. */
export const rollupsSection = rollupDefinitions

/** What the aggregator goes by. */
export type Config = SharedConfig &
  StoreConfig & {
    aggregator: z.output<typeof aggregatorSection>
    retention: RetentionConfig
    rollups: z.output<typeof rollupsSection>
  }
