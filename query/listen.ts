import { once } from 'node:events'
import type { Server } from 'node:http'
import { serve, type WebSocketServerLike } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { formatHostPort, listenError, parseHostPort } from '../lib/base/index.ts'

/** Nothing is taken from who follows lines over a WebSocket. */
const maxMessageBytes = 1024

export interface Listener {
  /** With the port that was taken. */
  address: string
  close(): Promise<void>
}

/** Serves requests, and WebSockets where a route takes them. Errors: PORT_IN_USE. */
export async function listen(fetch: Parameters<typeof serve>[0]['fetch'], given: string): Promise<Listener> {
  const { host, port } = parseHostPort(given)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  const server = serve({
    fetch,
    hostname: host,
    port,
    // the declarations of the two differ in overloads alone
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server
  try {
    if (!server.listening) await once(server, 'listening')
  } catch (error) {
    throw listenError(error, given, 'query.listen')
  }
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  return { address: formatHostPort({ host, port: taken }), close: () => closeAll(server, sockets) }
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // live tails never end by themselves
  server.closeAllConnections()
  for (const socket of sockets.clients) socket.terminate()
  await closed
}
