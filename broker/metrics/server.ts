import { createServer, type Server } from 'node:http'
import { formatPrometheus, listen, type Metrics, prometheusContentType } from '../../lib/base/index.ts'

export interface MetricsServer {
  address: string
  close(): Promise<void>
}

/** Answers `GET /metrics` in Prometheus' text format, and `GET /healthz`. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export async function startMetricsServer(address: string, metrics: Metrics): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const [status, type, body] =
      !isRead || (path !== '/metrics' && path !== '/healthz')
        ? ([404, 'text/plain', 'there are GET /metrics and GET /healthz\n'] as const)
        : path === '/healthz'
          ? ([200, 'text/plain', 'ok\n'] as const)
          : ([200, prometheusContentType, formatPrometheus(metrics.collect())] as const)
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  server.maxConnections = 64
  return {
    address: await listen(server, address, 'broker.metrics.listen'),
    close: () => close(server),
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
