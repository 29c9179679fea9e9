import { isLoopback, type SharedConfig } from '../../../base/index.ts'

export type TlsFiles = NonNullable<SharedConfig['kafka']['tls']>
export type SaslCredentials = NonNullable<SharedConfig['kafka']['sasl']>

/** How to come into a cluster: over TLS or not, and as whom. */
export interface Security {
  tls: TlsFiles | null
  sasl: SaslCredentials | null
}

export const noSecurity: Security = { tls: null, sasl: null }

export function securityOf({ tls, sasl }: SharedConfig['kafka']): Security {
  return { tls, sasl }
}

/** What an operator should hear about it; undefined where all is well. */
export function securityWarning({ brokers, tls, sasl }: SharedConfig['kafka']): string | undefined {
  const open = brokers.find(address => !isLoopback(address))
  if (open === undefined || tls !== null || sasl?.mechanism !== 'PLAIN') return undefined
  return `the password of kafka.sasl goes to ${open} in the clear: set kafka.tls, or kafka.sasl.mechanism to SCRAM-SHA-512`
}
