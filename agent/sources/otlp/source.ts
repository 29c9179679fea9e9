import type { Server } from 'node:http'
import { Closers, listen, OnceAMinute } from '../../../lib/base/index.ts'
import type { Source, SourceHost } from '../source.ts'
import type { OtlpConfig } from './config.ts'
import { createOtlpGrpcServer } from './grpc.ts'
import { createOtlpHttpServer } from './http.ts'

export type OtlpSourceOptions = Pick<SourceHost, 'configKey' | 'intake' | 'clock' | 'logger'> & {
  config: OtlpConfig
}

/** Listens for OTLP. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export async function startOtlpSource(options: OtlpSourceOptions): Promise<Source> {
  const { config, configKey, clock } = options
  const closers = new Closers()
  const troubles = new OnceAMinute(options.logger, clock)
  const shared = { ...options, maxRequestBytes: config.maxRequestBytes, troubles }
  try {
    const addresses: Record<string, string> = {}
    if (config.http !== null) {
      const server = createOtlpHttpServer(shared)
      addresses['otlpHttp'] = await listen(server, config.http, `${configKey}.http`)
      closers.add('OTLP over HTTP', () => closeHttp(server))
    }
    if (config.grpc !== null) {
      const { server, close } = createOtlpGrpcServer(shared)
      addresses['otlpGrpc'] = await listen(server, config.grpc, `${configKey}.grpc`)
      closers.add('OTLP over gRPC', close)
    }
    return {
      addresses,
      lag: () => [],
      completeBeforeMs: nowMs => options.intake.completeBeforeMs(nowMs),
      close: () => closers.close(),
    }
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
