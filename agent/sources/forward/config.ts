import { z } from 'zod'
import { address, positive } from '../../../lib/base/index.ts'

export const forwardConfig = z.strictObject({
  type: z.literal('forward'),
  listen: address.default('127.0.0.1:24224'),
  maxRequestBytes: positive.default(16_777_216),
})

export type ForwardConfig = z.output<typeof forwardConfig>
