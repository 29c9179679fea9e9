import { isLoopback, OperatingError } from '../../lib/base/index.ts'
import { type BrokerListener, brokerListeners, type Config, mainListener } from '../config.ts'

export type SaslMechanism = Config['broker']['sasl'][number]

/** One address to listen on with what it asks of clients. */
export type ListenerSettings = BrokerListener

/** Names that addresses of the broker have already. */
const takenNames = [mainListener, 'metrics']

/** The main listener, then the further ones. Errors: INVALID_LISTENER. */
export function listenersOf(config: Config): ListenerSettings[] {
  const names = [...takenNames, ...config.broker.listeners.map(({ name }) => name)]
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new OperatingError(
      'INVALID_LISTENER',
      `the listener name ${twice} is taken: give each of broker.listeners a name of its own, other than ${takenNames.join(' and ')}`,
    )
  return brokerListeners(config)
}

/** What an operator should hear about a listener; undefined where all is well. */
export function listenerWarning({ name, listen, tls, sasl }: ListenerSettings): string | undefined {
  const isOpen = !isLoopback(listen)
  const asksWho = sasl.length > 0 || tls?.clientAuth === 'required'
  if (isOpen && !asksWho)
    return `listener ${name} on ${listen} lets in everyone who reaches it, without asking who they are: set sasl or tls.clientAuth, or listen on 127.0.0.1`
  if (isOpen && tls === null && sasl.includes('PLAIN'))
    return `listener ${name} on ${listen} takes passwords in the clear: set tls, or offer SCRAM only`
  return undefined
}
