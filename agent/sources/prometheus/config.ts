import { z } from 'zod'
import { positive } from '../../../lib/base/index.ts'
import { relabelConfig } from '../../metrics/relabel.ts'
import { duration } from './duration.ts'

const staticConfig = z.strictObject({
  targets: z.array(z.string().min(1)).min(1),
  labels: z.record(z.string(), z.string()).default({}),
})

/** One job, in Prometheus' own form and names: what stands in a `prometheus.yml` can be taken over. */
const scrapeConfig = z.strictObject({
  job_name: z.string().min(1),
  scrape_interval: duration.nullable().default(null),
  scrape_timeout: duration.nullable().default(null),
  metrics_path: z.string().startsWith('/').default('/metrics'),
  scheme: z.enum(['http', 'https']).default('http'),
  params: z.record(z.string(), z.array(z.string())).default({}),
  honor_labels: z.boolean().default(false),
  honor_timestamps: z.boolean().default(true),
  sample_limit: z.int().min(0).default(0),
  body_size_limit: positive.default(33_554_432),
  static_configs: z.array(staticConfig).default([]),
  file_sd_configs: z
    .array(
      z.strictObject({ files: z.array(z.string().min(1)).min(1), refresh_interval: duration.default('30s') }),
    )
    .default([]),
  relabel_configs: z.array(relabelConfig).default([]),
  metric_relabel_configs: z.array(relabelConfig).default([]),
  basic_auth: z
    .strictObject({
      username: z.string(),
      password: z.string().nullable().default(null),
      password_file: z.string().nullable().default(null),
    })
    .nullable()
    .default(null),
  authorization: z
    .strictObject({
      type: z.string().default('Bearer'),
      credentials: z.string().nullable().default(null),
      credentials_file: z.string().nullable().default(null),
    })
    .nullable()
    .default(null),
  tls_config: z
    .strictObject({
      ca_file: z.string().nullable().default(null),
      cert_file: z.string().nullable().default(null),
      key_file: z.string().nullable().default(null),
      server_name: z.string().nullable().default(null),
      insecure_skip_verify: z.boolean().default(false),
    })
    .nullable()
    .default(null),
})

export const prometheusConfig = z.strictObject({
  type: z.literal('prometheus'),
  /** For jobs that do not say their own. */
  scrape_interval: duration.default('15s'),
  scrape_timeout: duration.default('10s'),
  scrape_configs: z.array(scrapeConfig).min(1),
})

export type ScrapeConfig = z.output<typeof scrapeConfig>
export type PrometheusConfig = z.output<typeof prometheusConfig>
