import { z } from 'zod'
import { address, positive } from '../../../lib/base/index.ts'

export const statsdConfig = z.strictObject({
  type: z.literal('statsd'),
  /** Null: not served. */
  udp: address.nullable().default('127.0.0.1:8125'),
  tcp: address.nullable().default(null),
  /** How often what was gathered is sent on. */
  intervalMs: z.int().min(100).default(10_000),
  service: z.string().min(1).default('statsd'),
  /** Upper bounds of the histograms that timers and distributions become; in the unit they come in. */
  bounds: z
    .array(z.number())
    .min(1)
    .default([1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000]),
  /** Series kept; more are dropped and counted. */
  maxSeries: positive.default(20_000),
})

export type StatsdConfig = z.output<typeof statsdConfig>
