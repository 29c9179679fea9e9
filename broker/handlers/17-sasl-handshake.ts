import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { startExchange } from '../access/sasl.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * SaslHandshake, versions 0 and 1: chooses one of the listener's mechanisms. After version 0 the mechanism's messages
 * come as bare frames, after version 1 in SaslAuthenticate. Asked again once someone is in, but by a delegation token,
 * which ends (KIP-368), or where the listener wants no SASL: ILLEGAL_SASL_STATE.
 */
type Request = RequestOf<typeof apis.saslHandshake>
type Response = ResponseInput<typeof apis.saslHandshake>

const bareTokens = 0

function saslHandshake({ mechanism: asked }: Request, context: RequestContext): Response {
  const { session } = context.peer
  const mechanisms = [...session.listener.sasl]
  if (session.isAuthenticated && session.endsAtMs === undefined)
    return { errorCode: errorCodes.ILLEGAL_SASL_STATE, mechanisms: [] }
  const mechanism = mechanisms.find(offered => offered === asked)
  if (mechanism === undefined) return { errorCode: errorCodes.UNSUPPORTED_SASL_MECHANISM, mechanisms }
  session.exchange = startExchange(mechanism, context.services.users, context.services.tokens)
  session.hasBareTokens = context.header.apiVersion === bareTokens
  return { errorCode: errorCodes.NONE, mechanisms }
}

export const handleSaslHandshake = handler(apis.saslHandshake, saslHandshake)
