import type { IncomingHttpHeaders } from 'node:http'
import { Closers, OnceAMinute } from '../../../lib/base/index.ts'
import { tenantCheck } from '../../listen/access.ts'
import { listenHttp } from '../../listen/http-server.ts'
import { serveApis } from '../../listen/serve-apis.ts'
import { answerOtlp, otlpPaths } from '../otlp/http.ts'
import { noLag, type Source, type SourceHost } from '../source.ts'
import { pushApis } from './apis/table.ts'
import type { HttpConfig } from './config.ts'
import { listenGelf } from './gelf-listeners.ts'

export type HttpSourceOptions = Pick<
  SourceHost,
  'configKey' | 'intake' | 'clock' | 'logger' | 'metrics' | 'hostName'
> & { config: HttpConfig }

/**
 * One listener for the push APIs that other systems' shippers speak, each at its own path, and OTLP.
 * Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE, SECRET_UNREADABLE.
 */
export async function startHttpSource(options: HttpSourceOptions): Promise<Source> {
  const { config, configKey, intake, logger, clock } = options
  const closers = new Closers()
  const context = { ...options, parse: config.parse }
  const tenantOf = tenantCheck(config, configKey)
  const shared = {
    isAllowed: (headers: IncomingHttpHeaders) => tenantOf(headers) !== undefined,
    maxRequestBytes: config.maxRequestBytes,
    logger,
    troubles: new OnceAMinute(logger, clock),
  }
  const servingOf = (tenant: string) => {
    const own = { ...context, intake: intake.ofTenant(tenant) }
    const routes = pushApis.flatMap(api => api.routes(own).map(route => ({ api, route })))
    return { ...shared, intake: own.intake, routes }
  }
  const ownServing = servingOf('')
  const serving = new Map(config.tenants.map(({ tenant }) => [tenant, servingOf(tenant)]))
  const { tls, cors } = config
  const where = { address: config.listen, configKey: `${configKey}.listen`, tls, cors, logger }
  const http = await listenHttp(where, (request, response) => {
    const isOtlp = Object.hasOwn(otlpPaths, (request.url ?? '').split('?')[0] ?? '')
    const of = serving.get(tenantOf(request.headers) ?? '') ?? ownServing
    void (isOtlp ? answerOtlp : serveApis)(of, request, response)
  })
  closers.add('push APIs', http.close)
  try {
    const gelf = await listenGelf(context, shared.troubles, closers)
    return {
      addresses: { http: http.address, ...gelf },
      lag: () => noLag,
      completeBeforeMs: nowMs => intake.completeBeforeMs(nowMs),
      close: () => closers.close(),
    }
  } catch (error) {
    await closers.close()
    throw error
  }
}
