import { z } from 'zod'
import { address, listenerTls, positive } from '../../../lib/base/index.ts'

export const forwardConfig = z.strictObject({
  type: z.literal('forward'),
  listen: address.default('127.0.0.1:24224'),
  maxRequestBytes: positive.default(16_777_216),
  /** PEM files, read again when they change; null: no TLS. */
  tls: listenerTls.nullable().default(null),
  /** What senders must know (their shared_key); null: nothing. */
  sharedKey: z.string().min(1).nullable().default(null),
  /** A file that holds it; read at the start. */
  sharedKeyFile: z.string().min(1).nullable().default(null),
})

export type ForwardConfig = z.output<typeof forwardConfig>
