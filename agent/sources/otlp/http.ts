import type { IncomingMessage, ServerResponse } from 'node:http'
import { codeOf, type Logger, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import {
  checkRequest,
  exportResponse,
  exportResponseJson,
  jsonToProtobuf,
  type PartialSuccess,
  rpcStatus,
  type Signal,
} from '../../../lib/otlp/index.ts'
import { decode, encodingOf, readBody } from '../../listen/body.ts'
import { OverloadError, refuseUnderPressure } from '../../listen/pressure.ts'
import { discard } from '../../listen/serve-apis.ts'
import { seeWhatCame, whenRead } from '../../listen/when-read.ts'
import type { Intake } from '../intake.ts'
import { requestKey } from '../repeats.ts'
import { takeExport } from './export.ts'
import { foreignNames } from './foreign-names.ts'
import { grpcCodes } from './grpc-codes.ts'

export const otlpPaths: Readonly<Record<string, Signal>> = {
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
  '/v1/traces': 'traces',
}

type Format = 'protobuf' | 'json'
const mediaTypes: Readonly<Record<Format, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** A refusal: HTTP's status, gRPC's code for the body, and what to say. */
interface Refusal {
  status: number
  code: number
  message: string
  retryAfterSeconds?: number
}

export interface OtlpHttpOptions {
  intake: Intake
  isAllowed: (headers: IncomingMessage['headers']) => boolean
  maxRequestBytes: number
  logger: Logger
  troubles: OnceAMinute
}

/**
 * OTLP over HTTP: POST /v1/logs, /v1/metrics, /v1/traces in protobuf or JSON, plain or as gzip, deflate or zstd. The
 * answer comes when the data is durable. Refusals: 400 malformed, 404, 405, 413 too large, 415, 429 and 503 with
 * Retry-After while the spool has no room or no disk.
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export async function answerOtlp(
  options: OtlpHttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = formatOf(request.headers['content-type'])
  const signal = otlpPaths[pathOf(request)]
  try {
    const refusal = refusalOf(options, request, signal, format)
    if (refusal !== undefined) refuse(request, response, format ?? 'json', refusal)
    else
      succeed(
        response,
        format as Format,
        signal as Signal,
        await take(options, request, response, signal as Signal, format),
      )
  } catch (error) {
    // the sender went away in the middle: there is nobody to answer
    if (response.destroyed || request.errored !== null) return
    if (error instanceof OverloadError)
      options.troubles.warn('refusing OTLP requests', { why: error.message })
    refuse(request, response, format ?? 'json', refusalFor(error, options.logger))
  }
}

function refusalOf(
  options: OtlpHttpOptions,
  request: IncomingMessage,
  signal: Signal | undefined,
  format: Format | undefined,
): Refusal | undefined {
  const { notFound, invalidArgument, resourceExhausted } = grpcCodes
  if (signal === undefined) {
    const message = `no such path: ${pathOf(request)}, expected ${Object.keys(otlpPaths).join(', ')}`
    return { status: 404, code: notFound, message }
  }
  if (request.method !== 'POST') {
    return {
      status: 405,
      code: invalidArgument,
      message: `${request.method} is not understood here, send POST`,
    }
  }
  if (!options.isAllowed(request.headers)) {
    const message = 'the token is missing or not the one of this source'
    return { status: 401, code: grpcCodes.unauthenticated, message }
  }
  if (format === undefined) {
    const message = `content type ${request.headers['content-type'] ?? 'none'}, expected ${Object.values(mediaTypes).join(' or ')}`
    return { status: 415, code: invalidArgument, message }
  }
  if (encodingOf(request.headers['content-encoding']) === undefined) {
    const message = `content encoding ${request.headers['content-encoding']}, expected gzip, deflate, zstd or none`
    return { status: 415, code: invalidArgument, message }
  }
  if (Number(request.headers['content-length']) > options.maxRequestBytes) {
    const message = `the request is larger than ${options.maxRequestBytes} bytes, send smaller batches`
    return { status: 413, code: resourceExhausted, message }
  }
  // before the body is read: under pressure it would only fill the memory
  refuseUnderPressure(options.intake)
  return undefined
}

function take(
  options: OtlpHttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  signal: Signal,
  format: Format | undefined,
): Promise<PartialSuccess | undefined> {
  const { intake, maxRequestBytes } = options
  const encoding = encodingOf(request.headers['content-encoding']) ?? 'identity'
  return intake.attend(async hold => {
    const body = await readBody(request, maxRequestBytes, hold)
    const decoded = await decode(body, encoding, maxRequestBytes)
    const key = requestKey(signal, body)
    whenRead(request, response, () => {
      if (response.statusCode === 200) intake.answered(key)
    })
    if (format === 'protobuf') return await takeSeen(intake, signal, decoded, key)
    const text = decoded.toString('utf8')
    const bytes = jsonToProtobuf(signal, text)
    const partial = await takeSeen(intake, signal, bytes, key)
    return partial ?? noteForeignNames(signal, text, bytes)
  })
}

/** Resolves when it is durable, and to be answered if its sender is still there. */
async function takeSeen(
  intake: Intake,
  signal: Signal,
  bytes: Buffer,
  key: string,
): Promise<PartialSuccess | undefined> {
  const partial = await takeExport(intake, signal, bytes, key)
  await seeWhatCame()
  return partial
}

/** Undefined where something was taken, or where there was nothing to take. */
function noteForeignNames(signal: Signal, text: string, bytes: Buffer): PartialSuccess | undefined {
  if (checkRequest(signal, bytes) > 0) return undefined
  const found = foreignNames(signal, JSON.parse(text))
  return found === undefined ? undefined : { rejected: 0, message: `nothing was taken: ${found}` }
}

function succeed(
  response: ServerResponse,
  format: Format,
  signal: Signal,
  partial: PartialSuccess | undefined,
): void {
  const body = format === 'json' ? exportResponseJson(signal, partial) : exportResponse(partial)
  response.writeHead(200, { 'content-type': mediaTypes[format], 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

function refuse(request: IncomingMessage, response: ServerResponse, format: Format, refusal: Refusal): void {
  const { status, code, message, retryAfterSeconds } = refusal
  const body = format === 'json' ? JSON.stringify({ code, message }) : rpcStatus(code, message)
  const headers: Record<string, string | number> = {
    'content-type': mediaTypes[format],
    'content-length': Buffer.byteLength(body),
  }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = retryAfterSeconds
  if (status === 405) headers['allow'] = 'POST'
  // an unread body would be taken for the next request
  if (!request.complete) headers['connection'] = 'close'
  response.writeHead(status, headers)
  response.end(body)
  if (!request.complete) discard(request)
}

function refusalFor(error: unknown, logger: Logger): Refusal {
  const message = messageOf(error)
  switch (codeOf(error)) {
    case 'SPOOL_FULL':
      return {
        status: 429,
        code: grpcCodes.resourceExhausted,
        message,
        retryAfterSeconds: (error as OverloadError).retryAfterSeconds,
      }
    case 'SPOOL_SLOW':
    case 'SPOOL_CLOSED':
      return { status: 503, code: grpcCodes.unavailable, message, retryAfterSeconds: 5 }
    case 'BODY_TOO_LARGE':
      return { status: 413, code: grpcCodes.resourceExhausted, message }
    case 'BODY_INVALID':
    case 'OTLP_JSON_INVALID':
    case 'PROTOBUF_INVALID':
      return { status: 400, code: grpcCodes.invalidArgument, message }
    default:
      logger.error('an OTLP request failed', { error: message })
      return { status: 500, code: grpcCodes.internal, message: 'the agent failed, see its log' }
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? ''
}

function formatOf(contentType: string | undefined): Format | undefined {
  const media = contentType?.split(';')[0]?.trim().toLowerCase()
  if (media === mediaTypes.protobuf || media === 'application/protobuf') return 'protobuf'
  return media === mediaTypes.json ? 'json' : undefined
}
