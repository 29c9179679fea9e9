import { parseConfig } from '../../cli/config.ts'
import { BrokerConfigs } from '../topics/broker-configs.ts'

/** What a broker is set to by its file alone; `set` as in `--set broker.flush=os`. */
export function staticBrokerConfigs(set: readonly string[] = []): BrokerConfigs {
  const store = { documents: () => new Map(), putDocuments: () => Promise.reject(new Error('not kept')) }
  return new BrokerConfigs({
    store,
    config: parseConfig('', { set: [...set] }),
    addresses: {},
    onChanged: () => undefined,
  })
}
