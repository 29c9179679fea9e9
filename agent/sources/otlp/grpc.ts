import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2'
import { createServer, type Server } from 'node:net'
import {
  codeOf,
  followTlsFiles,
  type Logger,
  listen,
  loadTls,
  messageOf,
  nodeHttp2,
  type OnceAMinute,
  OperatingError,
  type TlsSettings,
} from '../../../lib/base/index.ts'
import { exportResponse, type Signal } from '../../../lib/otlp/index.ts'
import { decode, encodingOf, readBody } from '../../listen/body.ts'
import type { HttpListening } from '../../listen/http-server.ts'
import { OverloadError, refuseUnderPressure } from '../../listen/pressure.ts'
import { seeWhatCame } from '../../listen/when-read.ts'
import type { Intake } from '../intake.ts'
import { requestKey } from '../repeats.ts'
import { takeExport } from './export.ts'
import { grpcCodes } from './grpc-codes.ts'

const service = '/opentelemetry.proto.collector'
const signalOf: Readonly<Record<string, Signal>> = {
  [`${service}.logs.v1.LogsService/Export`]: 'logs',
  [`${service}.metrics.v1.MetricsService/Export`]: 'metrics',
  [`${service}.trace.v1.TraceService/Export`]: 'traces',
}

/** Flag and length in front of each message. */
const prefixBytes = 5

export interface OtlpGrpcOptions {
  intake: Intake
  isAllowed: (headers: IncomingHttpHeaders) => boolean
  maxRequestBytes: number
  logger: Logger
  troubles: OnceAMinute
}

/**
 * OTLP over gRPC, with TLS where it is configured: the unary Export call of the three services, plain, gzip or zstd.
 * Status UNAVAILABLE asks to send again; INVALID_ARGUMENT is for good. Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE.
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export async function listenGrpc(
  {
    address,
    configKey,
    tls,
    logger,
  }: { address: string; configKey: string; tls: TlsSettings | null; logger: Logger },
  optionsFor: (headers: IncomingHttpHeaders) => OtlpGrpcOptions,
): Promise<HttpListening> {
  const sessions = new Set<ServerHttp2Session>()
  const serve = (server: Http2Server | Http2SecureServer) => serveCalls(server, sessions, optionsFor)
  const server = tls === null ? plainServer(serve) : await secureServer(tls, configKey, logger, serve)
  const taken = await listen(server, address, configKey)
  return { address: taken, close: () => closeAll(server, sessions) }
}

const settings = { maxConcurrentStreams: 1000 }

function serveCalls(
  server: Http2Server | Http2SecureServer,
  sessions: Set<ServerHttp2Session>,
  optionsFor: (headers: IncomingHttpHeaders) => OtlpGrpcOptions,
): void {
  server.on('session', session => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    // a broken connection ends its calls, each of which notices by itself
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    void answer(optionsFor(headers), stream, headers)
  })
}

/** HTTP/2 takes nine megabytes of memory: it is loaded when somebody first calls. */
function plainServer(serve: (server: Http2Server) => void): Server {
  let http2: Http2Server | undefined
  return createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    if (http2 === undefined) {
      http2 = nodeHttp2().createServer({ settings })
      serve(http2)
    }
    http2.emit('connection', socket)
  })
}

async function secureServer(
  tls: TlsSettings,
  configKey: string,
  logger: Logger,
  serve: (server: Http2SecureServer) => void,
): Promise<Http2SecureServer> {
  const loaded = await loadTls(configKey, tls)
  const { clientAuth } = tls
  const asks = { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'required' }
  const server = nodeHttp2().createSecureServer({ ...loaded.options, ...asks, settings })
  serve(server)
  followTlsFiles(server, configKey, tls, loaded, logger)
  return server
}

async function closeAll(server: Server, sessions: Set<ServerHttp2Session>): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  for (const session of sessions) session.close()
  const force = setTimeout(() => {
    for (const session of sessions) session.destroy()
  }, 2_000)
  await closed
  clearTimeout(force)
}

async function answer(
  options: OtlpGrpcOptions,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  try {
    const signal = signalOf[String(headers[':path'])]
    if (signal === undefined || !String(headers['content-type']).startsWith('application/grpc')) {
      fail(stream, grpcCodes.unimplemented, `no such method: ${headers[':path']}`)
      return
    }
    if (!options.isAllowed(headers)) {
      fail(stream, grpcCodes.unauthenticated, 'the token is missing or not the one of this source')
      return
    }
    refuseUnderPressure(options.intake)
    let key = ''
    const partial = await options.intake.attend(async hold => {
      const body = await readMessage(stream, headers['grpc-encoding'], options.maxRequestBytes, hold)
      key = requestKey(signal, body)
      return await takeExport(options.intake, signal, body, key)
    })
    await seeWhatCame()
    // its sender has gone, and sends it again
    if (stream.aborted || stream.destroyed) return
    stream.once('finish', () => options.intake.answered(key))
    succeed(stream, exportResponse(partial))
  } catch (error) {
    if (error instanceof OverloadError)
      options.troubles.warn('refusing OTLP requests', { why: error.message })
    if (!stream.destroyed) fail(stream, codeFor(error, options.logger), messageOf(error))
  }
}

/** The one message of a unary call. Errors: BODY_TOO_LARGE, BODY_INVALID. */
async function readMessage(
  stream: ServerHttp2Stream,
  encodingName: string | string[] | undefined,
  maxBytes: number,
  hold: (bytes: number) => void,
): Promise<Buffer> {
  const body = await readBody(stream, maxBytes + prefixBytes, hold)
  if (body.length < prefixBytes || body.readUInt32BE(1) !== body.length - prefixBytes)
    throw new OperatingError('BODY_INVALID', 'the call does not hold exactly one message')
  const message = body.subarray(prefixBytes)
  if (body[0] === 0) return message
  const encoding = encodingOf(String(encodingName ?? 'identity'))
  if (encoding === undefined)
    throw new OperatingError('BODY_INVALID', `message encoding ${encodingName}, expected gzip`)
  return await decode(message, encoding, maxBytes)
}

function succeed(stream: ServerHttp2Stream, body: Buffer): void {
  if (stream.destroyed) return
  const message = Buffer.concat([Buffer.alloc(prefixBytes), body])
  message.writeUInt32BE(body.length, 1)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(grpcCodes.ok) }))
  stream.end(message)
}

/** A call that ends with its status alone. */
function fail(stream: ServerHttp2Stream, code: number, message: string): void {
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': String(code),
    'grpc-message': encodeURIComponent(message),
  }
  stream.respond(headers, { endStream: true })
  // what the caller still sends is read away, so that the stream can end
  stream.resume()
}

function codeFor(error: unknown, logger: Logger): number {
  switch (codeOf(error)) {
    case 'SPOOL_FULL':
    case 'SPOOL_SLOW':
    case 'SPOOL_CLOSED':
      return grpcCodes.unavailable
    case 'BODY_TOO_LARGE':
      return grpcCodes.resourceExhausted
    case 'BODY_INVALID':
    case 'PROTOBUF_INVALID':
      return grpcCodes.invalidArgument
    default:
      logger.error('an OTLP call failed', { error: messageOf(error) })
      return grpcCodes.internal
  }
}
