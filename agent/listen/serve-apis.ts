import type { IncomingMessage, ServerResponse } from 'node:http'
import { codeOf, type Logger, messageOf, type OnceAMinute, OperatingError } from '../../lib/base/index.ts'
import type { Intake } from '../sources/intake.ts'
import { requestKey } from '../sources/repeats.ts'
import { decode, encodingOf, readBody } from './body.ts'
import { OverloadError, refuseUnderPressure } from './pressure.ts'
import type { PushApi, PushReply, PushRoute } from './push-api.ts'

/** After these a sender sends the same again. */
const comesAgain: ReadonlySet<number> = new Set([429, 500, 503])
/** How long the rest of a refused request is read away. */
const discardMs = 2_000

export interface ServeOptions {
  routes: readonly { api: PushApi; route: PushRoute }[]
  isAllowed: (headers: IncomingMessage['headers']) => boolean
  intake: Intake
  maxRequestBytes: number
  logger: Logger
  troubles: OnceAMinute
}

/** What goes wrong becomes a status: the sender's fault 4xx, ours 429 or 503 with Retry-After. */
const statusOf: Readonly<Record<string, number>> = {
  SPOOL_FULL: 429,
  SPOOL_SLOW: 503,
  SPOOL_CLOSED: 503,
  BODY_TOO_LARGE: 413,
  BODY_INVALID: 400,
  PUSH_INVALID: 400,
  PROTOBUF_INVALID: 400,
  OTLP_JSON_INVALID: 400,
}

/** A request that is not what the API wants, for good. The message says what and where. */
export function invalidPush(message: string, cause?: unknown): OperatingError {
  return new OperatingError('PUSH_INVALID', message, cause === undefined ? {} : { cause })
}

/** Answers one request by the API whose route it takes. */
export async function serveApis(
  options: ServeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent')
  const path = decodeURI(url.pathname)
  const there = options.routes.filter(({ route }) => route.path.test(path))
  const found = there.find(({ route }) => route.methods.includes(request.method ?? ''))
  if (found === undefined) {
    refuseUnknown(request, response, path, there)
    return
  }
  const { api, route } = found
  try {
    reply(
      request,
      response,
      await handle(options, api, route, { request, response }, { path, query: url.searchParams }),
    )
  } catch (error) {
    // the sender went away in the middle: there is nobody to answer
    if (response.destroyed || request.errored !== null) return
    if (error instanceof OverloadError)
      options.troubles.warn('refusing requests', { api: api.name, why: error.message })
    reply(request, response, refusalFor(api, error, options.logger))
  }
}

async function handle(
  { isAllowed, intake, maxRequestBytes }: ServeOptions,
  api: PushApi,
  route: PushRoute,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  place: { path: string; query: URLSearchParams },
): Promise<PushReply> {
  const { headers, method = '' } = request
  if (!isAllowed(headers)) return api.refusal(401, 'the token is missing or not the one of this source')
  if (method === 'GET' || method === 'HEAD')
    return await route.handle({ ...place, method, headers, body: Buffer.alloc(0), key: '' })
  if (Number(headers['content-length']) > maxRequestBytes)
    return api.refusal(413, `the request is larger than ${maxRequestBytes} bytes, send smaller batches`)
  // before the body is read: under pressure it would only fill the memory
  refuseUnderPressure(intake)
  return await intake.attend(async hold => {
    const raw = await readBody(request, maxRequestBytes, hold)
    const encoding = encodingOf(headers['content-encoding'])
    if (encoding === undefined)
      return api.refusal(415, `content encoding ${headers['content-encoding']} is not known here`)
    const body = await decode(raw, encoding, maxRequestBytes)
    const key = requestKey(`${method} ${request.url}`, raw)
    response.once('finish', () => {
      if (!comesAgain.has(response.statusCode)) intake.answered(key)
    })
    return await route.handle({ ...place, method, headers, body, key })
  })
}

function refusalFor(api: PushApi, error: unknown, logger: Logger): PushReply {
  const status = statusOf[codeOf(error) ?? '']
  if (status === undefined) {
    logger.error('a request failed', { api: api.name, error: messageOf(error) })
    return api.refusal(500, 'the agent failed, see its log')
  }
  const refusal = api.refusal(status, messageOf(error))
  if (status !== 429 && status !== 503) return refusal
  const seconds = error instanceof OverloadError ? error.retryAfterSeconds : 5
  return { ...refusal, headers: { ...refusal.headers, 'retry-after': String(seconds) } }
}

function refuseUnknown(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  there: ServeOptions['routes'],
): void {
  const methods = [...new Set(there.flatMap(({ route }) => route.methods))]
  const message =
    methods.length === 0
      ? `no such path: ${path}`
      : `${request.method} is not understood at ${path}, send ${methods.join(' or ')}`
  const body = JSON.stringify({ error: message })
  const allow: Record<string, string> = methods.length === 0 ? {} : { allow: methods.join(', ') }
  const status = methods.length === 0 ? 404 : 405
  reply(request, response, { status, headers: { 'content-type': 'application/json', ...allow }, body })
}

function reply(request: IncomingMessage, response: ServerResponse, answer: PushReply): void {
  const { status, headers = {}, body = '' } = answer
  const isEmpty = status === 204 || request.method === 'HEAD'
  // an unread body would be taken for the next request
  const ending: Record<string, string> = request.complete ? {} : { connection: 'close' }
  response.writeHead(status, {
    ...headers,
    ...ending,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  })
  response.end(isEmpty ? undefined : body)
  if (!request.complete) discard(request)
}

/** Reads away what still comes, for a while: a connection closed over unread bytes would take the answer with it. */
export function discard(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), discardMs)
  request.on('error', () => undefined)
  request.on('close', () => clearTimeout(timer))
  request.resume()
}
