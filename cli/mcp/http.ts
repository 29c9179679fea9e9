import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../../lib/base/index.ts'
import { type McpServer, protocolVersions } from './server.ts'
import type { Ask } from './tool.ts'

export const mcpPath = '/mcp'
const maxBodyBytes = 1_048_576

export interface HttpOptions {
  /** Asks in the name of the token and the tenant that came; '' for none. */
  askerOf: (inNameOf: { token: string; tenant: string }) => Ask
  /** Pages that may ask, beside those of this machine: `https://assistant.example`. */
  origins: readonly string[]
}

/**
 * The streamable HTTP transport of the protocol, without streams and sessions: each POST is answered as JSON. A page of
 * another site may not ask, since a browser would send it here from within (DNS rebinding).
 */
export function mcpHttpServer(server: McpServer, options: HttpOptions): Server {
  return createServer((request, response) => {
    answer(server, request, options).then(
      ({ status, body, headers = {} }) => send(response, status, body, headers),
      (error: unknown) => send(response, 500, { error: messageOf(error) }, {}),
    )
  })
}

interface Answer {
  status: number
  body?: object | undefined
  headers?: Record<string, string>
}

async function answer(server: McpServer, request: IncomingMessage, options: HttpOptions): Promise<Answer> {
  const refused = refusalOf(request, options.origins)
  if (refused !== undefined) return refused
  const text = await bodyOf(request)
  if (text === undefined) return { status: 413, body: { error: `a request may have ${maxBodyBytes} bytes` } }
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const tenant = String(request.headers['x-scope-orgid'] ?? '')
  const body = await server.answerText(text, options.askerOf({ token, tenant }))
  return body === undefined ? { status: 202 } : { status: 200, body }
}

function refusalOf(
  { url = '', method, headers }: IncomingMessage,
  origins: readonly string[],
): Answer | undefined {
  if (url.split('?')[0] !== mcpPath) return { status: 404, body: { error: `ask ${mcpPath}` } }
  const { origin, 'mcp-protocol-version': version } = headers
  if (origin !== undefined && !isOfThisMachine(origin) && !origins.includes(origin))
    return { status: 403, body: { error: `pages of ${origin} may not ask: see --origin` } }
  if (method !== 'POST') return { status: 405, body: { error: 'POST alone' }, headers: { allow: 'POST' } }
  if (version !== undefined && !protocolVersions.some(known => known === version))
    return { status: 400, body: { error: `protocol version ${String(version)} is not known` } }
  return undefined
}

function isOfThisMachine(origin: string): boolean {
  return /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(origin)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > maxBodyBytes) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(
  response: ServerResponse,
  status: number,
  body: object | undefined,
  headers: Record<string, string>,
): void {
  // whoever asked may be gone
  if (response.destroyed) return
  response.writeHead(
    status,
    body === undefined ? headers : { 'content-type': 'application/json', ...headers },
  )
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
