import { z } from 'zod'
import { address, positive, type SharedConfig } from '../lib/base/index.ts'

/** The section `store` of millrace.yaml. */
export const storeSection = z
  .strictObject({
    listen: address.default('127.0.0.1:8123'),
    maxMemoryBytes: positive.default(2_000_000_000),
    /** With less room on its disk it takes no more rows; nothing is lost, they wait in the topics. */
    minFreeBytes: positive.default(134_217_728),
    maxConcurrentQueries: positive.max(64).default(6),
  })
  .prefault({})

export { retentionSection } from './retention.ts'

/** What the store goes by. */
export type Config = SharedConfig & { store: z.output<typeof storeSection> }
