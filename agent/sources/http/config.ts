import { z } from 'zod'
import { address, positive } from '../../../lib/base/index.ts'
import { accessFields } from '../../listen/access.ts'

export const httpConfig = z.strictObject({
  type: z.literal('http'),
  listen: address.default('127.0.0.1:4319'),
  /** GELF over UDP and over TCP; null: not served. */
  gelfUdp: address.nullable().default(null),
  gelfTcp: address.nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  maxRequestBytes: positive.default(16_777_216),
  ...accessFields,
})

export type HttpConfig = z.output<typeof httpConfig>
