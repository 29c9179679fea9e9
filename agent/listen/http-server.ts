import type { RequestListener, Server } from 'node:http'
import {
  followTlsFiles,
  type Logger,
  listen,
  loadTls,
  nodeHttp,
  nodeHttps,
  type TlsSettings,
} from '../../lib/base/index.ts'
import { answerCors, type CorsSettings } from './cors.ts'
import { noteRequest } from './when-read.ts'

/** How long requests under way may take to finish once the server closes. */
const graceMs = 2_000
const keepAliveTimeoutMs = 60_000

export interface HttpListening {
  address: string
  /** Lets requests under way finish; idle connections end at once. */
  close(): Promise<void>
}

/** Listens for HTTP, with TLS where it is configured. Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE. */
export async function listenHttp(
  {
    address,
    configKey,
    tls,
    cors,
    logger,
  }: { address: string; configKey: string; tls: TlsSettings | null; cors: CorsSettings; logger: Logger },
  handler: RequestListener,
): Promise<HttpListening> {
  const listener: RequestListener = (request, response) => {
    noteRequest(request)
    if (!answerCors(cors, request, response)) handler(request, response)
  }
  const server =
    tls === null ? nodeHttp().createServer(listener) : await secure(tls, configKey, logger, listener)
  server.keepAliveTimeout = keepAliveTimeoutMs
  takeFromHalfOpen(server)
  const taken = await listen(server, address, configKey)
  return { address: taken, close: () => closeHttp(server) }
}

/**
 * A sender that ends its side right after the request has sent all of it, though it may not wait for the answer: graypy and
 * `nc -N` do that. Source: Node's lib/_http_server.js, which else destroys the request, read or not.
 */
function takeFromHalfOpen(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true })
}

async function secure(
  tls: TlsSettings,
  configKey: string,
  logger: Logger,
  handler: RequestListener,
): Promise<Server> {
  const loaded = await loadTls(configKey, tls)
  const { clientAuth } = tls
  const asks = { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'required' }
  const server = nodeHttps().createServer({ ...loaded.options, ...asks }, handler)
  followTlsFiles(server, configKey, tls, loaded, logger)
  return server
}

function closeHttp(server: Server): Promise<void> {
  return new Promise(resolve => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })
}
