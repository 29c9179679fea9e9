import { OperatingError } from '../../../base/index.ts'
import { type Api, apis, errorCodes, errorName, type RequestInput, type ResponseOf } from '../../index.ts'
import { plainConversation } from './plain.ts'
import type { SaslConversation } from './sasl-conversation.ts'
import { scramConversation } from './scram.ts'
import { readSecurityFile } from './security-file.ts'
import type { SaslCredentials } from './settings.ts'

type Ask = <A extends Api>(api: A, body: RequestInput<A>) => Promise<ResponseOf<A>>

/** Says to a broker who we are, and proves it (KIP-43, KIP-152). Errors: KAFKA_AUTHENTICATION_FAILED, KAFKA_FILE_UNREADABLE. */
export async function logIn(address: string, credentials: SaslCredentials, ask: Ask): Promise<void> {
  const { mechanism, username } = credentials
  const refused = (why: string, remedy: string) =>
    new OperatingError(
      'KAFKA_AUTHENTICATION_FAILED',
      `the broker ${address} does not let in ${username} by ${mechanism}: ${why}; ${remedy}`,
    )
  const conversation = startConversation(credentials, await passwordOf(credentials))
  const { errorCode, mechanisms } = await ask(apis.saslHandshake, { mechanism })
  if (errorCode === errorCodes.UNSUPPORTED_SASL_MECHANISM)
    throw refused(`it offers ${mechanisms.join(', ')}`, 'set kafka.sasl.mechanism to one of these')
  if (errorCode === errorCodes.ILLEGAL_SASL_STATE)
    throw refused('it asks nobody who they are there', 'remove kafka.sasl, or name another listener')
  if (errorCode !== errorCodes.NONE) throw refused(errorName(errorCode), checkCredentials)
  const problem = await converse(conversation, ask)
  if (problem !== undefined) throw refused(problem, checkCredentials)
}

const checkCredentials = 'check kafka.sasl.username and its password, and that the broker has this user'

/** Why it failed; undefined when we are in. */
async function converse(conversation: SaslConversation, ask: Ask): Promise<string | undefined> {
  let message = conversation.first
  for (;;) {
    const { errorCode, errorMessage, authBytes } = await ask(apis.saslAuthenticate, { authBytes: message })
    if (errorCode !== errorCodes.NONE) return errorMessage ?? errorName(errorCode)
    const step = await conversation.answer(authBytes)
    if (step.outcome === 'done') return undefined
    if (step.outcome === 'failed') return step.why
    message = step.message
  }
}

function startConversation({ mechanism, username }: SaslCredentials, password: string): SaslConversation {
  return mechanism === 'PLAIN'
    ? plainConversation(username, password)
    : scramConversation(mechanism, username, password)
}

async function passwordOf({ password, passwordFile }: SaslCredentials): Promise<string> {
  if (passwordFile === null) return password ?? ''
  const text = String(await readSecurityFile('kafka.sasl.passwordFile', passwordFile))
  // editors end the last line
  const found = text.replace(/\r?\n$/, '')
  if (found !== '') return found
  const message = `${passwordFile} is empty: write the password into it, or set kafka.sasl.passwordFile to another file`
  throw new OperatingError('KAFKA_FILE_UNREADABLE', message)
}
