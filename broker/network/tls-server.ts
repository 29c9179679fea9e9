import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import {
  createSecureContext,
  createServer,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from 'node:tls'
import { type Logger, messageOf, OperatingError } from '../../lib/base/index.ts'
import type { TlsSettings } from '../access/listeners.ts'

/** How often the files are looked at: certificates are renewed every few weeks or hours. */
const reloadIntervalMs = 5_000
const handshakeTimeoutMs = 30_000

/** Kafka's ssl.enabled.protocols. */
const minVersion = 'TLSv1.2'

/**
 * A server that speaks TLS. Its files are read again when their content changes, for connections that come later; where
 * the new ones are of no use, the old ones stay. Errors: TLS_UNUSABLE.
 */
export async function createTlsServer(
  listener: string,
  settings: TlsSettings,
  onConnection: (socket: TLSSocket) => void,
  { logger }: { logger: Logger },
): Promise<Server> {
  const { clientAuth } = settings
  const first = await load(listener, settings)
  const server = createServer(
    {
      ...first.options,
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: clientAuth !== 'none',
      rejectUnauthorized: clientAuth === 'required',
    },
    socket => {
      // a certificate that was only asked for must be good where it is given
      if (clientAuth === 'requested' && !socket.authorized && hasCertificate(socket)) socket.destroy()
      else onConnection(socket)
    },
  )
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    logger.debug('TLS handshake failed', { listener, peer: socket.remoteAddress, error: messageOf(error) })
  })
  reloadOnChange(server, listener, settings, first.fingerprint, logger)
  return server
}

function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined
}

function reloadOnChange(
  server: Server,
  listener: string,
  settings: TlsSettings,
  fingerprint: string,
  logger: Logger,
): void {
  let known = fingerprint
  let complaint = ''
  let isLoading = false
  const reload = async () => {
    if (isLoading) return
    isLoading = true
    try {
      const next = await load(listener, settings)
      if (next.fingerprint === known) return
      known = next.fingerprint
      server.setSecureContext(next.options)
      logger.info('TLS certificates read again', { listener })
      complaint = ''
    } catch (error) {
      if (messageOf(error) === complaint) return
      complaint = messageOf(error)
      logger.error('new TLS files are of no use, the old certificates stay', {
        listener,
        error: complaint,
      })
    } finally {
      isLoading = false
    }
  }
  const timer = setInterval(() => void reload(), reloadIntervalMs)
  timer.unref()
  server.on('close', () => clearInterval(timer))
}

async function load(
  listener: string,
  { cert, key, keyPassword, ca }: TlsSettings,
): Promise<{ options: SecureContextOptions; fingerprint: string }> {
  try {
    const files = await Promise.all([cert, key, ...(ca === null ? [] : [ca])].map(path => readFile(path)))
    const options: SecureContextOptions = { cert: files[0], key: files[1], minVersion }
    if (files[2] !== undefined) options.ca = files[2]
    if (keyPassword !== null) options.passphrase = keyPassword
    createSecureContext(options)
    const hash = createHash('sha256')
    for (const file of files) hash.update(file)
    return { options, fingerprint: hash.digest('hex') }
  } catch (cause) {
    const message = `listener ${listener} cannot use its TLS files: ${messageOf(cause)}; check tls.cert, tls.key and tls.ca, PEM files that belong together`
    throw new OperatingError('TLS_UNUSABLE', message, { cause })
  }
}
