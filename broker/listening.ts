import { type Closers, type Metrics, parseHostPort } from '../lib/base/index.ts'
import { type ListenerSettings, listenersOf, listenerWarning } from './access/listeners.ts'
import { Dispatcher } from './dispatch.ts'
import { startMetricsServer } from './metrics/server.ts'
import { Network } from './network/network.ts'
import type { Services } from './services.ts'

/**
 * Opens every listener, and the page of metrics. `addresses` gets what was taken, by listener name. Errors:
 * PORT_IN_USE, CANNOT_LISTEN, INVALID_LISTENER, TLS_UNUSABLE.
 */
export async function startListening(
  services: Services,
  metrics: Metrics,
  closers: Closers,
  addresses: Record<string, string>,
): Promise<void> {
  const { config, logger } = services
  const dispatcher = new Dispatcher(services, metrics, ({ session, localAddress }) =>
    advertisedAddress(session.listener, addresses, localAddress),
  )
  const network = new Network({
    maxRequestBytes: config.broker.maxRequestBytes,
    idleTimeoutMs: services.brokerConfigs.number('connections.max.idle.ms'),
    admission: services.connections,
    onRequest: dispatcher.onRequest,
    logger: logger.child('network'),
    metrics,
  })
  closers.add('the network', () => network.close())
  for (const listener of listenersOf(config)) {
    const warning = listenerWarning(listener)
    if (warning !== undefined) logger.warn(warning)
    addresses[listener.name] = await network.listen(listener)
  }
  const metricsServer = await startMetricsServer(config.broker.metrics.listen, metrics)
  closers.add('the metrics', () => metricsServer.close())
  addresses['metrics'] = metricsServer.address
}

/** What a client is told to connect to: as configured, else as we listen, else where it found us already. */
function advertisedAddress(
  { name, listen, advertise }: ListenerSettings,
  addresses: Readonly<Record<string, string>>,
  localAddress: string,
) {
  const told = parseHostPort(advertise ?? addresses[name] ?? listen)
  const isWildcard = told.host === '0.0.0.0' || told.host === '::'
  return isWildcard ? { host: localAddress.replace(/^::ffff:/, ''), port: told.port } : told
}
