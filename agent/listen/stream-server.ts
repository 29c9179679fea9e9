import { createServer, type Server, type Socket } from 'node:net'
import {
  type Closers,
  followTlsFiles,
  type Logger,
  loadTls,
  nodeTls,
  type TlsSettings,
} from '../../lib/base/index.ts'

const maxConnections = 1_000

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

/**
 * A server of streams that are read until they end, each by `receive`. Closing ends them, and waits for what was read of
 * them to be taken. Errors: TLS_UNUSABLE.
 */
export async function receivingServer(
  { tls, configKey, logger }: { tls: TlsSettings | null; configKey: string; logger: Logger },
  receive: (socket: Socket) => Promise<void>,
  closers: Closers,
): Promise<Server> {
  const open = new Map<Socket, Promise<void>>()
  const server = await streamServer(tls, configKey, logger, socket => {
    const done = receive(socket).finally(() => open.delete(socket))
    open.set(socket, done)
  })
  server.maxConnections = maxConnections
  closers.add(configKey, async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of open.keys()) socket.destroy()
    await Promise.all(open.values())
    await closed
  })
  return server
}
