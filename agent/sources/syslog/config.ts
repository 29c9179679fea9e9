import { z } from 'zod'
import { address, listenerTls } from '../../../lib/base/index.ts'

export const syslogConfig = z
  .strictObject({
    type: z.literal('syslog'),
    /** Null: not served. The ports below 1024 that syslog has by custom need the right to bind them. */
    udp: address.nullable().default('127.0.0.1:5514'),
    tcp: address.nullable().default('127.0.0.1:5514'),
    /** Syslog over TLS (RFC 5425); needs `tls`. */
    secure: address.nullable().default(null),
    tls: listenerTls.nullable().default(null),
    /** Path of a Unix socket, such as /dev/log. */
    unix: z.string().min(1).nullable().default(null),
    /** A longer message is cut here and marked; bytes. */
    maxMessageBytes: z.int().min(480).max(1_048_576).default(262_144),
  })
  .superRefine(({ secure, tls }, context) => {
    if (secure !== null && tls === null)
      context.addIssue({ code: 'custom', path: ['tls'], message: 'cert and key for the listener of secure' })
  })

export type SyslogConfig = z.output<typeof syslogConfig>
