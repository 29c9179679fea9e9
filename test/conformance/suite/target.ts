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
