import { z } from 'zod'
import { address, listenerTls, positive } from '../../../lib/base/index.ts'
import { maxTenants, tenantName } from '../../listen/access.ts'

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
  /** Shared keys of tenants: what is sent by who knows one of them is that tenant's, whatever it says of itself. */
  tenants: z
    .array(z.strictObject({ tenant: tenantName, sharedKey: z.string().min(1) }))
    .max(maxTenants)
    .default([]),
})

export type ForwardConfig = z.output<typeof forwardConfig>
