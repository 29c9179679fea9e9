import type { IncomingHttpHeaders } from 'node:http'
import { Closers, OnceAMinute } from '../../../lib/base/index.ts'
import { tenantCheck } from '../../listen/access.ts'
import { listenHttp } from '../../listen/http-server.ts'
import { noLag, type Source, type SourceHost } from '../source.ts'
import type { OtlpConfig } from './config.ts'
import { listenGrpc } from './grpc.ts'
import { answerOtlp } from './http.ts'

export type OtlpSourceOptions = Pick<SourceHost, 'configKey' | 'intake' | 'clock' | 'logger'> & {
  config: OtlpConfig
}

/** Listens for OTLP. Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE, SECRET_UNREADABLE. */
export async function startOtlpSource(options: OtlpSourceOptions): Promise<Source> {
  const { config, configKey, clock, intake, logger } = options
  const closers = new Closers()
  const tenantOf = tenantCheck(config, configKey)
  const shared = {
    intake,
    logger,
    maxRequestBytes: config.maxRequestBytes,
    isAllowed: (headers: IncomingHttpHeaders) => tenantOf(headers) !== undefined,
    troubles: new OnceAMinute(logger, clock),
  }
  const ofTenant = (headers: IncomingHttpHeaders) => ({
    ...shared,
    intake: intake.ofTenant(tenantOf(headers) ?? ''),
  })
  const { tls, cors } = config
  const addresses: Record<string, string> = {}
  try {
    if (config.http !== null) {
      const where = { address: config.http, configKey: `${configKey}.http`, tls, cors, logger }
      const http = await listenHttp(
        where,
        (request, response) => void answerOtlp(ofTenant(request.headers), request, response),
      )
      addresses['otlpHttp'] = http.address
      closers.add('OTLP over HTTP', http.close)
    }
    if (config.grpc !== null) {
      const where = { address: config.grpc, configKey: `${configKey}.grpc`, tls, logger }
      const grpc = await listenGrpc(where, ofTenant)
      addresses['otlpGrpc'] = grpc.address
      closers.add('OTLP over gRPC', grpc.close)
    }
  } catch (error) {
    await closers.close()
    throw error
  }
  return {
    addresses,
    lag: () => noLag,
    completeBeforeMs: nowMs => intake.completeBeforeMs(nowMs),
    close: () => closers.close(),
  }
}
