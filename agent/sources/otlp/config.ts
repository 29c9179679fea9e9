import { z } from 'zod'
import { address, positive } from '../../../lib/base/index.ts'
import { accessFields } from '../../listen/access.ts'

export const otlpConfig = z.strictObject({
  type: z.literal('otlp'),
  /** Null: not served. */
  http: address.nullable().default('127.0.0.1:4318'),
  grpc: address.nullable().default('127.0.0.1:4317'),
  maxRequestBytes: positive.default(16_777_216),
  ...accessFields,
})

export type OtlpConfig = z.output<typeof otlpConfig>
