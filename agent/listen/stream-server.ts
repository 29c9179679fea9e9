import { createServer, type Server, type Socket } from 'node:net'
import { followTlsFiles, type Logger, loadTls, nodeTls, type TlsSettings } from '../../lib/base/index.ts'

/** A server of streams, with TLS where it is configured. Errors: TLS_UNUSABLE. */
export async function streamServer(
  tls: TlsSettings | null,
  configKey: string,
  logger: Logger,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  if (tls === null) return createServer({ noDelay: true }, onConnection)
  const loaded = await loadTls(configKey, tls)
  const { clientAuth } = tls
  const asks = { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'required' }
  const server = nodeTls().createServer({ ...loaded.options, ...asks, noDelay: true }, onConnection)
  followTlsFiles(server, configKey, tls, loaded, logger)
  return server
}
