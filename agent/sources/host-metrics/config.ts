import { z } from 'zod'

export const hostMetricsConfig = z.strictObject({
  type: z.literal('hostmetrics'),
  intervalMs: z.int().min(100).default(15_000),
  /** Names of processes that are measured one by one, as in `ps -o comm`. */
  processes: z.array(z.string().min(1).max(15)).default([]),
})

export type HostMetricsConfig = z.output<typeof hostMetricsConfig>
