import type { Server } from 'node:http'
import {
  type Clock,
  Closers,
  type Logger,
  listen,
  OnceAMinute,
  type OtlpSource as OtlpConfig,
} from '../../../lib/base/index.ts'
import type { Intake } from '../intake.ts'
import type { Source } from '../source.ts'
import { createOtlpGrpcServer } from './grpc.ts'
import { createOtlpHttpServer } from './http.ts'

export interface OtlpSourceOptions {
  config: OtlpConfig
  /** The source's place in the configuration, for errors: `agent.sources[1]`. */
  configKey: string
  intake: Intake
  clock: Clock
  logger: Logger
}

export interface OtlpSource extends Source {
  http: string | undefined
  grpc: string | undefined
}

/** Listens for OTLP. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export async function startOtlpSource(options: OtlpSourceOptions): Promise<OtlpSource> {
  const { config, configKey, clock } = options
  const closers = new Closers()
  const troubles = new OnceAMinute(options.logger, clock)
  const shared = { ...options, maxRequestBytes: config.maxRequestBytes, troubles }
  try {
    let http: string | undefined
    if (config.http !== null) {
      const server = createOtlpHttpServer(shared)
      http = await listen(server, config.http, `${configKey}.http`)
      closers.add('OTLP over HTTP', () => closeHttp(server))
    }
    let grpc: string | undefined
    if (config.grpc !== null) {
      const { server, close } = createOtlpGrpcServer(shared)
      grpc = await listen(server, config.grpc, `${configKey}.grpc`)
      closers.add('OTLP over gRPC', close)
    }
    return { http, grpc, lag: () => [], close: () => closers.close() }
  } catch (error) {
    await closers.close()
    throw error
  }
}

/** Lets requests under way finish; idle connections end at once. */
function closeHttp(server: Server): Promise<void> {
  return new Promise(resolve => {
    const force = setTimeout(() => server.closeAllConnections(), 2_000)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })
}
