import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { formatPrometheus, listen, type Metrics, prometheusContentType } from '../../lib/base/index.ts'

export interface MetricsServer {
  address: string
  close(): Promise<void>
}

const maxConnections = 64

/**
 * Answers `GET /metrics` in Prometheus' text format, and `GET /healthz`. Node's HTTP is loaded when someone first asks:
 * it takes a tenth of an idle broker's memory. Errors: PORT_IN_USE, CANNOT_LISTEN.
 */
export async function startMetricsServer(address: string, metrics: Metrics): Promise<MetricsServer> {
  const sockets = new Set<Socket>()
  let http: Promise<{ emit(event: 'connection', socket: Socket): boolean }> | undefined
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    http ??= import('node:http').then(({ createServer: create }) => create(answering(metrics)))
    http.then(
      handling => handling.emit('connection', socket),
      () => socket.destroy(),
    )
  })
  server.maxConnections = maxConnections
  return {
    address: await listen(server, address, 'broker.metrics.listen'),
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function answering(metrics: Metrics): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { status, type, body } = answerTo(request, metrics)
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

function answerTo({ method, url }: IncomingMessage, metrics: Metrics) {
  const isRead = method === 'GET' || method === 'HEAD'
  const path = isRead ? url?.split('?')[0] : undefined
  if (path === '/metrics')
    return { status: 200, type: prometheusContentType, body: formatPrometheus(metrics.collect()) }
  if (path === '/healthz') return { status: 200, type: 'text/plain', body: 'ok\n' }
  return { status: 404, type: 'text/plain', body: 'there are GET /metrics and GET /healthz\n' }
}
