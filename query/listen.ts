import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:tls'
import { serve, type WebSocketServerLike } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import {
  followTlsFiles,
  formatHostPort,
  type LoadedTls,
  type Logger,
  listenError,
  loadTls,
  nodeHttps,
  parseHostPort,
  type TlsSettings,
} from '../lib/base/index.ts'

/** Nothing is taken from who follows lines over a WebSocket. */
const maxMessageBytes = 1024

export interface Listener {
  /** With the port that was taken. */
  address: string
  close(): Promise<void>
}

const configKey = 'query.listen'

/** Serves requests, with TLS where it is configured, and WebSockets where a route takes them. Errors: PORT_IN_USE, TLS_UNUSABLE. */
export async function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { listen: given, tls }: { listen: string; tls: TlsSettings | null },
  logger: Logger,
): Promise<Listener> {
  const { host, port } = parseHostPort(given)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  const loaded = tls === null ? undefined : await loadTls(configKey, tls)
  const server = serve({
    fetch,
    ...(tls === null || loaded === undefined ? {} : secured(tls, loaded)),
    hostname: host,
    port,
    // the declarations of the two differ in overloads alone
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server
  if (tls !== null && loaded !== undefined)
    followTlsFiles(server as unknown as TlsServer, configKey, tls, loaded, logger)
  try {
    if (!server.listening) await once(server, 'listening')
  } catch (error) {
    throw listenError(error, given, configKey)
  }
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  return { address: formatHostPort({ host, port: taken }), close: () => closeAll(server, sockets) }
}

function secured({ clientAuth }: TlsSettings, { options }: LoadedTls) {
  const asks = { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'required' }
  return { createServer: nodeHttps().createServer, serverOptions: { ...options, ...asks } }
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // live tails never end by themselves
  server.closeAllConnections()
  for (const socket of sockets.clients) socket.terminate()
  await closed
}
