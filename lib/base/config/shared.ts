import { z } from 'zod'
import { clientSecurity } from './client-security.ts'
import { address, positive } from './fields.ts'

const topicName = z.string().regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/, 'a topic name of a-z A-Z 0-9 . _ -')
const identifier = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a name of letters, digits and _')

/** What several roles go by. Every key has a default that works; sizes are bytes, times milliseconds. */
export const sharedSections = {
  dataDir: z.string().min(1).default('./millrace-data'),
  tenant: z.string().min(1).default('default'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  kafka: z
    .strictObject({
      brokers: z.array(address).min(1).nullable().default(null),
      ...clientSecurity,
      topics: z
        .strictObject({
          logs: topicName.default('otlp_logs'),
          metrics: topicName.default('otlp_metrics'),
          traces: topicName.default('otlp_spans'),
          heartbeats: topicName.default('millrace_heartbeats'),
          /** Records that could not be stored. */
          deadLetters: topicName.default('millrace_dead_letters'),
          partitions: positive.max(1000).default(4),
        })
        .prefault({}),
    })
    .prefault({}),
  clickhouse: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'a URL as in http://127.0.0.1:8123' })
        .nullable()
        .default(null),
      database: identifier.default('millrace'),
      /** Name of a cluster of ClickHouse servers: the tables are replicated and distributed over it. */
      cluster: identifier.nullable().default(null),
      /** Storage policy of the tables, as with a cold volume on S3. */
      storagePolicy: z.string().min(1).nullable().default(null),
      username: z.string().min(1).default('default'),
      password: z.string().nullable().default(null),
    })
    .prefault({}),
  /** Where each role sends metrics and logs about itself; null: nowhere (`up` points it at the agent it starts). */
  telemetry: z
    .strictObject({
      enabled: z.boolean().default(true),
      endpoint: z
        .url({ protocol: /^https?$/, error: 'a URL as in http://127.0.0.1:4318' })
        .nullable()
        .default(null),
      intervalMs: z.int().min(100).default(15_000),
    })
    .prefault({}),
}

const shared = z.strictObject(sharedSections)
type Shared = z.output<typeof shared>

/** As roles get it: where the brokers and ClickHouse are is settled. */
export type SharedConfig = Omit<Shared, 'kafka' | 'clickhouse'> & {
  kafka: Omit<Shared['kafka'], 'brokers'> & { brokers: string[] }
  clickhouse: Omit<Shared['clickhouse'], 'url'> & { url: string }
}
