import type { SharedConfig } from '../../base/index.ts'
import { createKafkaClient } from './client.ts'
import { securityOf, securityWarning } from './security/settings.ts'
import type { KafkaAdminClient } from './types.ts'

/** The client of the cluster that the configuration names, as whom and over what it says. Never fails; see createKafkaClient. */
export function configuredKafkaClient(
  { kafka }: Pick<SharedConfig, 'kafka'>,
  clientId: string,
  logger: { warn(message: string): void },
): KafkaAdminClient {
  const warning = securityWarning(kafka)
  if (warning !== undefined) logger.warn(warning)
  return createKafkaClient({ brokers: kafka.brokers, clientId, security: securityOf(kafka) })
}
