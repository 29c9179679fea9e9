import { z } from 'zod'
import { address, listenerTls, type SharedConfig } from '../lib/base/index.ts'
import type { RetentionConfig, StoreConfig } from '../store/index.ts'
import { limitsSection } from './access/limits.ts'
import { alertingSection, rulesSection } from './rules/config.ts'

/** A schema registry that speaks Confluent's HTTP API. */
const schemaRegistrySection = z.strictObject({
  /** As in http://registry:8081, or with a path. */
  url: z.url({ protocol: /^https?$/ }),
  username: z.string().nullable().default(null),
  password: z.string().nullable().default(null),
  /** In place of name and password. */
  token: z.string().nullable().default(null),
  timeoutMs: z.int().min(1).max(60_000).default(3_000),
})

/** The section `query` of millrace.yaml. */
export const querySection = z
  .strictObject({
    listen: address.default('127.0.0.1:4300'),
    /** PEM files, read again when they change; null: no TLS. */
    tls: listenerTls.nullable().default(null),
    /** Where commands ask, as in https://logs.example.com:4300; null: at `listen`. */
    url: z
      .url({ protocol: /^https?$/, error: 'found no address as in https://logs.example.com:4300' })
      .nullable()
      .default(null),
    /** Whose certificate commands trust besides those that the machine trusts; null: that of `tls`. */
    ca: z.string().min(1).nullable().default(null),
    /** Who may ask: everybody, or who shows a token. null: everybody on this machine, and no start on any other address. */
    auth: z.enum(['none', 'token']).nullable().default(null),
    /** Whether requests are written down; null: where tokens or other machines are asked from. */
    audit: z.boolean().nullable().default(null),
    /** What may be done to topics, groups and who may do what: looked at, changed too, or nothing. */
    streams: z.enum(['off', 'read', 'write']).default('read'),
    /** By whose schemas records of topics are decoded (Avro, Protobuf, JSON Schema); null: by none. */
    schemaRegistry: schemaRegistrySection.nullable().default(null),
    /** Files with dashboards, as in ./dashboards/*.yaml; what is saved on the page stands in dataDir. */
    dashboards: z.array(z.string().min(1)).default([]),
    /** Where dashboards and rules stand that were saved on the page: a folder that all query nodes share; null: this one's dataDir. */
    saved: z.string().min(1).nullable().default(null),
    limits: limitsSection,
  })
  .prefault({})

/** What the query role goes by. */
export type Config = SharedConfig &
  StoreConfig & {
    aggregator: { group: string }
    retention: RetentionConfig
    query: z.output<typeof querySection>
    rules: z.output<typeof rulesSection>
    alerting: z.output<typeof alertingSection>
  }

export { alertingSection, rulesSection }
