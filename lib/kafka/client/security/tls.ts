import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls'
import { messageOf, OperatingError } from '../../../base/index.ts'
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
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  }
}

async function secureContextOf({ ca, cert, key }: TlsFiles): Promise<SecureContext> {
  const options: SecureContextOptions = { minVersion }
  options.ca = ca === null ? machineAuthorities() : await readSecurityFile('kafka.tls.ca', ca)
  if (cert !== null) options.cert = await readSecurityFile('kafka.tls.cert', cert)
  if (key !== null) options.key = await readSecurityFile('kafka.tls.key', key)
  try {
    return createSecureContext(options)
  } catch (cause) {
    const message = `the files of kafka.tls are of no use: ${messageOf(cause)}; check kafka.tls.ca, kafka.tls.cert and kafka.tls.key, PEM files that belong together`
    throw new OperatingError('KAFKA_TLS_FAILED', message, { cause })
  }
}

/** Those that come with Node and with NODE_EXTRA_CA_CERTS, and those of the system. */
function machineAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
