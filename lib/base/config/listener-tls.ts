import { z } from 'zod'

/** How a listener speaks TLS: PEM files, read again when they change. */
export const listenerTls = z.strictObject({
  cert: z.string().min(1),
  key: z.string().min(1),
  keyPassword: z.string().nullable().default(null),
  /** Whose certificates clients may show; null: those that the machine trusts. */
  ca: z.string().min(1).nullable().default(null),
  /** Kafka's ssl.client.auth. */
  clientAuth: z.enum(['none', 'requested', 'required']).default('none'),
})

export type TlsSettings = z.output<typeof listenerTls>
