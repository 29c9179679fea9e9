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
  throw new KafkaError(code, `${doing} failed: ${errorName(code)}${words}`)
}

/** As our messages are: without a full stop. */
function lowered(message: string): string {
  return message.replace(/\.$/, '')
}
