import { z } from 'zod'

/** The mechanisms by Kafka's names; PLAIN sends the password itself, so it wants TLS. */
export const saslMechanism = z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])

const pemFile = z.string().min(1).nullable().default(null)

const clientTls = z
  .strictObject({
    /** Whose certificate the brokers show; null: those that the machine trusts. */
    ca: pemFile,
    /** Our own certificate and its key, for brokers that ask for one. */
    cert: pemFile,
    key: pemFile,
    /** The name that the brokers' certificate is for, where it is not the host in their address. */
    serverName: z.string().min(1).nullable().default(null),
  })
  .superRefine(({ cert, key }, context) => {
    const missing = cert === null ? 'cert' : 'key'
    if ((cert === null) !== (key === null))
      context.addIssue({
        code: 'custom',
        path: [missing],
        message: 'kafka.tls.cert and kafka.tls.key together: set both or neither',
      })
  })

const clientSasl = z
  .strictObject({
    mechanism: saslMechanism,
    username: z.string().min(1),
    password: z.string().min(1).nullable().default(null),
    /** A file that holds the password; read again for every connection. */
    passwordFile: z.string().min(1).nullable().default(null),
  })
  .superRefine(({ password, passwordFile }, context) => {
    if (password === null && passwordFile === null)
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: 'a password: set kafka.sasl.password, or kafka.sasl.passwordFile to a file that holds it',
      })
    if (password !== null && passwordFile !== null)
      context.addIssue({
        code: 'custom',
        path: ['passwordFile'],
        message: 'one password: remove either kafka.sasl.password or kafka.sasl.passwordFile',
      })
  })

/** How our own roles and commands come into a cluster: the keys `tls` and `sasl` of `kafka`. */
export const clientSecurity = {
  /** PEM files, read again for every connection; null: no TLS. */
  tls: clientTls.nullable().default(null),
  /** Who we say we are; null: nobody. */
  sasl: clientSasl.nullable().default(null),
}
