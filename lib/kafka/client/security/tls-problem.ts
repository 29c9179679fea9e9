import { codeOf, messageOf } from '../../../base/index.ts'

interface Problem {
  /** The code that Node or OpenSSL gives it, or what is said without one. */
  pattern: RegExp
  /** In our words, where theirs are of no help. */
  why?: string
  remedy: string
}

/** What a connection without TLS says of a broker that answers with it. */
export const brokerSpeaksTls = 'the broker speaks TLS'

const problems: readonly Problem[] = [
  {
    pattern:
      /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_\w+|UNABLE_TO_VERIFY_\w+|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/,
    remedy: "set kafka.tls.ca to the certificate of the authority that signed the broker's",
  },
  {
    pattern: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    remedy: 'renew the certificate of the broker, or that of kafka.tls.ca',
  },
  {
    pattern: /^ERR_TLS_CERT_ALTNAME_\w+$/,
    remedy: 'put a name of the certificate into kafka.brokers, or into kafka.tls.serverName',
  },
  {
    pattern: /^ERR_SSL_[\w/]*ALERT_\w+$/,
    remedy: 'set kafka.tls.cert and kafka.tls.key to a certificate that the broker accepts',
  },
  {
    pattern: new RegExp(`^${brokerSpeaksTls}$`),
    why: 'it speaks TLS and we do not',
    remedy: 'set kafka.tls, with kafka.tls.ca where the authority is your own',
  },
  {
    pattern:
      /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$|before secure TLS connection was established/,
    why: 'it hangs up on the TLS handshake',
    remedy: 'name a listener with TLS in kafka.brokers, or remove kafka.tls',
  },
  { pattern: /^(ERR_SSL|ERR_TLS|CERT|CRL)_/, remedy: 'check kafka.tls and the certificate of the broker' },
]

/** What is wrong with TLS and what to do, where it is TLS that a connection failed of; undefined where not. */
export function tlsProblem(error: unknown): string | undefined {
  const code = codeOf(error) ?? ''
  const message = messageOf(error)
  const found = problems.find(({ pattern }) => pattern.test(code) || pattern.test(message))
  return found === undefined ? undefined : `${found.why ?? reasonOf(error)}; ${found.remedy}`
}

/** Without what OpenSSL adds for its developers, and Node for those who start it. */
function reasonOf(error: unknown): string {
  const { reason } = error as { reason?: unknown }
  if (typeof reason !== 'string') return messageOf(error).replace(/; if the root CA [^(]*/, ' ')
  return `${reason} (${codeOf(error)})`
}
