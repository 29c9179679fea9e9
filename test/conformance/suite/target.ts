import { startTestBroker } from '../../../broker/testing/start-broker.ts'

/** The broker that the cases are put to. */
export interface Target {
  address: string
  /** Apache Kafka, or whatever was named; else our own, in this process. */
  isOurs: boolean
  close(): Promise<void>
}

/** Set by `npm run conformance -- --against HOST:PORT`. */
const against = process.env['MILLRACE_CONFORMANCE_AGAINST']

export async function openTarget(): Promise<Target> {
  if (against !== undefined) return { address: against, isOurs: false, close: () => Promise.resolve() }
  const broker = await startTestBroker()
  return { address: broker.address, isOurs: true, close: () => broker.close() }
}

/** The same with a second listener that wants SCRAM, where the broker has a secret for delegation tokens. */
export interface TokenTarget extends Target {
  saslAddress: string
}

/** Set by `npm run conformance -- --against HOST:PORT --sasl HOST:PORT`. */
const sasl = process.env['MILLRACE_CONFORMANCE_SASL']
export const hasTokens = against === undefined || sasl !== undefined

export async function openTokenTarget(): Promise<TokenTarget> {
  if (against !== undefined) return { ...(await openTarget()), saslAddress: sasl ?? '' }
  const broker = await startTestBroker([
    'broker.configs={ delegation.token.secret.key: quiet }',
    'broker.listeners=[{ name: sasl, listen: 127.0.0.1:0, sasl: [SCRAM-SHA-256, SCRAM-SHA-512] }]',
  ])
  const saslAddress = broker.addresses['sasl'] ?? ''
  return { address: broker.address, saslAddress, isOurs: true, close: () => broker.close() }
}
