import { isIP } from 'node:net'
import type { ConnectionOptions, SecureContext, SecureContextOptions } from 'node:tls'
import { messageOf, nodeTls, OperatingError } from '../../../base/index.ts'
import { readSecurityFile } from './security-file.ts'
import type { TlsFiles } from './settings.ts'

/** Kafka's ssl.enabled.protocols. */
const minVersion = 'TLSv1.2'

/**
 * What one connection to a host takes. The files are read each time, so that renewed ones are taken up.
 * Errors: KAFKA_FILE_UNREADABLE, KAFKA_TLS_FAILED.
 */
export async function tlsOptions(files: TlsFiles, host: string): Promise<ConnectionOptions> {
  const name = files.serverName ?? host
  return {
    secureContext: await secureContextOf(files),
    // an address is no server name (RFC 6066, section 3)
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, certificate) => nodeTls().checkServerIdentity(name, certificate),
  }
}

async function secureContextOf({ ca, cert, key }: TlsFiles): Promise<SecureContext> {
  const options: SecureContextOptions = { minVersion }
  options.ca = ca === null ? machineAuthorities() : await readSecurityFile('kafka.tls.ca', ca)
  if (cert !== null) options.cert = await readSecurityFile('kafka.tls.cert', cert)
  if (key !== null) options.key = await readSecurityFile('kafka.tls.key', key)
  try {
    return nodeTls().createSecureContext(options)
  } catch (cause) {
    const message = `the files of kafka.tls are of no use: ${messageOf(cause)}; check kafka.tls.ca, kafka.tls.cert and kafka.tls.key, PEM files that belong together`
    throw new OperatingError('KAFKA_TLS_FAILED', message, { cause })
  }
}

/** Those that come with Node and with NODE_EXTRA_CA_CERTS, and those of the system. */
function machineAuthorities(): string[] {
  const { getCACertificates } = nodeTls()
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
