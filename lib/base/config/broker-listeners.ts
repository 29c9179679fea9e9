import type { Config } from './schema.ts'

/** One listener of the broker; `configKey` is the key that says where it listens. */
export type BrokerListener = Config['broker']['listeners'][number] & { configKey: string }

/** Name of `broker.listen`, in errors, metrics and the ready line. */
export const mainListener = 'kafka'

/** The main listener, then the further ones. */
export function brokerListeners({ broker }: Config): BrokerListener[] {
  const { listen, advertise, tls, sasl } = broker
  return [
    { name: mainListener, listen, advertise, tls, sasl, configKey: 'broker.listen' },
    ...broker.listeners.map((listener, i) => ({ ...listener, configKey: `broker.listeners[${i}].listen` })),
  ]
}
