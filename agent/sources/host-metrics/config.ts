import { z } from 'zod'

export const hostMetricsConfig = z.strictObject({
  type: z.literal('hostmetrics'),
  intervalMs: z.int().min(100).default(15_000),
})

export type HostMetricsConfig = z.output<typeof hostMetricsConfig>
