import { brokerListeners } from '../broker/config.ts'
import { parseHostPort } from '../lib/base/index.ts'
import type { Config } from './config.ts'

/** Whether the roles are to go by our own broker: `kafka.brokers` names one of its listeners. */
export function runsBroker(config: Config): boolean {
  const own = brokerListeners(config).flatMap(({ listen, advertise }) => [listen, advertise])
  return config.kafka.brokers.some(address => own.includes(address))
}

/**
 * What the roles, and a broker that starts again, are told once the broker listens: its addresses as taken, by listener
 * name. Where a port was chosen the roles go by the address as configured, which is what certificates are made out to.
 */
export function takenByBroker(
  config: Config,
  addresses: Readonly<Record<string, string>>,
): (readonly [key: string, value: string])[] {
  const listeners = brokerListeners(config)
  const brokers = config.kafka.brokers.map(address => {
    const { name = '' } = listeners.find(({ listen }) => listen === address) ?? {}
    return parseHostPort(address).port === 0 ? (addresses[name] ?? address) : address
  })
  return [
    ...listeners.map(
      ({ name, configKey, listen }) => [configKey, JSON.stringify(addresses[name] ?? listen)] as const,
    ),
    ['kafka.brokers', JSON.stringify(brokers)],
  ]
}
