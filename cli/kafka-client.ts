import type { KafkaAdminClient } from '../lib/kafka/client/index.ts'
import type { Config } from './config.ts'

/** The client of the configured brokers for a command; its code is loaded only when one needs it. */
export async function openKafkaClient(config: Config, clientId = 'millrace-cli'): Promise<KafkaAdminClient> {
  const { configuredKafkaClient } = await import('../lib/kafka/client/index.ts')
  const warn = (message: string) => void process.stderr.write(`millrace: ${message}\n`)
  return configuredKafkaClient(config, clientId, { warn })
}

/** Does something with a client and closes it, whatever comes of it. */
export async function withKafka<T>(
  config: Config,
  use: (client: KafkaAdminClient) => Promise<T>,
): Promise<T> {
  const client = await openKafkaClient(config)
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}
