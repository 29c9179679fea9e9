import { agentListeners } from '../agent/config.ts'
import type { Config } from './config.ts'
import { runsBroker } from './own-broker.ts'

/** Everything that will listen: configuration key and address. */
export function listeners(config: Config): (readonly [key: string, address: string])[] {
  const wanted: (readonly [string, string])[] = [['query.listen', config.query.listen]]
  if (runsBroker(config)) wanted.push(['broker.listen', config.broker.listen])
  if (runsStore(config)) wanted.push(['store.listen', config.store.listen])
  return [...wanted, ...agentListeners(config)]
}

export function runsStore(config: Config): boolean {
  return new URL(config.clickhouse.url).host === new URL(`http://${config.store.listen}`).host
}
