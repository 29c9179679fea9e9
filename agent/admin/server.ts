import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  codeOf,
  formatPrometheus,
  type Logger,
  listen,
  type Metrics,
  messageOf,
  nodeHttp,
  prometheusContentType,
} from '../../lib/base/index.ts'
import { tokenCheck } from '../listen/access.ts'
import { removeAdminAccess, writeAdminAccess } from './access-file.ts'
import type { AgentStatus } from './status.ts'
import type { Taps } from './taps.ts'

/** Where it listens unless told otherwise; where somebody else has that, anywhere. */
const defaultAddress = '127.0.0.1:4320'
const anyAddress = '127.0.0.1:0'

export interface AdminOptions {
  /** `agent.listen`; null: the default, or any free port. */
  address: string | null
  agentFolder: string
  metrics: Metrics
  logger: Logger
  status: () => AgentStatus
  taps: Taps
  /** Sends a batch that was set aside once more; answers how many records it had. */
  replay: (file: string) => Promise<number>
}

export interface Admin {
  address: string
  close(): Promise<void>
}

/**
 * Answers `GET /healthz`, `/readyz` and `/metrics` to all, `/api/status` and `/api/tap` to who has read the token in the
 * agent's folder. Errors: PORT_IN_USE, CANNOT_LISTEN where an address was configured.
 */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const token = randomBytes(24).toString('base64url')
  const isAllowed = tokenCheck({ token, tokenFile: null }, 'agent.listen')
  const make = (): Server =>
    nodeHttp().createServer((request, response) => answer(options, isAllowed, request, response))
  const { server, address } = await open(make, options)
  await writeAdminAccess(options.agentFolder, { address, token, pid: process.pid })
  return {
    address,
    async close() {
      await removeAdminAccess(options.agentFolder)
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function open(
  make: () => Server,
  { address, logger }: AdminOptions,
): Promise<{ server: Server; address: string }> {
  const server = make()
  try {
    return { server, address: await listen(server, address ?? defaultAddress, 'agent.listen') }
  } catch (error) {
    if (address !== null || codeOf(error) !== 'PORT_IN_USE') throw error
    const other = make()
    const taken = await listen(other, anyAddress, 'agent.listen')
    logger.info('status and metrics are at another port, the default is taken', { address: taken })
    return { server: other, address: taken }
  }
}

function answer(
  options: AdminOptions,
  isAllowed: (headers: IncomingMessage['headers']) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://agent')
  const { pathname } = url
  if (pathname === '/healthz') send(response, 200, 'ok\n')
  else if (pathname === '/readyz') {
    const { waitsFor } = options.status()
    send(response, waitsFor === null ? 200 : 503, `${waitsFor ?? 'ready'}\n`)
  } else if (pathname === '/metrics')
    send(response, 200, formatPrometheus(options.metrics.collect()), prometheusContentType)
  else if (!pathname.startsWith('/api/'))
    send(response, 404, 'there are GET /healthz, /readyz, /metrics, /api/status and /api/tap\n')
  else if (!isAllowed(request.headers))
    send(response, 401, 'show the token of admin.json in the agent\u2019s folder\n')
  else if (pathname === '/api/status')
    send(response, 200, JSON.stringify(options.status()), 'application/json')
  else if (pathname === '/api/tap') options.taps.serve(url.searchParams, response)
  else if (pathname === '/api/replay') void replay(options, url.searchParams.get('file') ?? '', response)
  else send(response, 404, 'no such path\n')
}

async function replay({ replay: work }: AdminOptions, file: string, response: ServerResponse): Promise<void> {
  try {
    send(response, 200, String(await work(file)))
  } catch (error) {
    send(response, 409, `${messageOf(error)}\n`)
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
