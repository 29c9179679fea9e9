import { z } from 'zod'
import { address, type SharedConfig } from '../lib/base/index.ts'
import type { StoreConfig } from '../store/index.ts'
import { alertingSection, rulesSection } from './rules/config.ts'

/** The section `query` of millrace.yaml. */
export const querySection = z.strictObject({ listen: address.default('127.0.0.1:4300') }).prefault({})

/** What the query role goes by. */
export type Config = SharedConfig &
  StoreConfig & {
    aggregator: { group: string }
    query: z.output<typeof querySection>
    rules: z.output<typeof rulesSection>
    alerting: z.output<typeof alertingSection>
  }

export { alertingSection, rulesSection }
