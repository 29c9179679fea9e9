import { KafkaError } from '../client/index.ts'
import { errorCodes, errorName } from '../index.ts'

/** Throws a KafkaError for any code but NONE, with the broker's own words where it gave some. */
export function expectDone(
  kafkaCode: number | undefined,
  message: string | null | undefined,
  doing: string,
): void {
  if (kafkaCode === errorCodes.NONE) return
  const code = kafkaCode ?? errorCodes.UNKNOWN_SERVER_ERROR
  const words = message === null || message === undefined || message === '' ? '' : `: ${lowered(message)}`
  const remedy = remedies.get(code)
  throw new KafkaError(
    code,
    `${doing} failed: ${errorName(code)}${words}${remedy === undefined ? '' : `: ${remedy}`}`,
  )
}

const needsRule = 'an access rule must allow it, see millrace acls create'

/** What can be done about what a broker refuses, where that is always the same. */
const remedies: ReadonlyMap<number, string> = new Map([
  [errorCodes.SECURITY_DISABLED, 'set broker.authorization.enabled, or authorizer.class.name of Kafka'],
  [errorCodes.CLUSTER_AUTHORIZATION_FAILED, needsRule],
  [errorCodes.TOPIC_AUTHORIZATION_FAILED, needsRule],
  [errorCodes.GROUP_AUTHORIZATION_FAILED, needsRule],
  [errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, needsRule],
])

/** As our messages are: without a full stop. */
function lowered(message: string): string {
  return message.replace(/\.$/, '')
}
