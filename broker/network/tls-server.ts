import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { followTlsFiles, type Logger, loadTls, messageOf, type TlsSettings } from '../../lib/base/index.ts'

const handshakeTimeoutMs = 30_000

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
  const first = await loadTls(listener, settings)
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
  followTlsFiles(server, listener, settings, first, logger)
  return server
}

function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined
}
