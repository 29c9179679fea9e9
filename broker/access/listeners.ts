import { type Config, isLoopback, OperatingError } from '../../lib/base/index.ts'

export type SaslMechanism = Config['broker']['sasl'][number]
export type TlsSettings = NonNullable<Config['broker']['tls']>

/** One address to listen on with what it asks of clients. */
export interface ListenerSettings {
  /** Shows up in errors, metrics and the ready line. */
  name: string
  listen: string
  advertise: string | null
  tls: TlsSettings | null
  sasl: readonly SaslMechanism[]
  /** The configuration key to name where listening fails. */
  configKey: string
}

export const mainListener = 'kafka'
/** Names that addresses of the broker have already. */
const takenNames = [mainListener, 'metrics']

/** The main listener, then the further ones. Errors: INVALID_LISTENER. */
export function listenersOf({ broker }: Config): ListenerSettings[] {
  const { listen, advertise, tls, sasl } = broker
  const main = { name: mainListener, listen, advertise, tls, sasl, configKey: 'broker.listen' }
  const names = [...takenNames, ...broker.listeners.map(({ name }) => name)]
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new OperatingError(
      'INVALID_LISTENER',
      `the listener name ${twice} is taken: give each of broker.listeners a name of its own, other than ${takenNames.join(' and ')}`,
    )
  return [
    main,
    ...broker.listeners.map((listener, i) => ({ ...listener, configKey: `broker.listeners[${i}].listen` })),
  ]
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
