import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler, type RequestContext } from './handler.ts'
import { tokenProblem } from './tokens.ts'

/* ExpireDelegationToken, versions 1 and 2: lets a token end at another time, or with a negative period at once. */
type Request = RequestOf<typeof apis.expireDelegationToken>
type Response = ResponseInput<typeof apis.expireDelegationToken>

async function expireDelegationToken(request: Request, context: RequestContext): Promise<Response> {
  const problem = tokenProblem(context)
  if (problem !== 0) return { throttleTimeMs: 0, errorCode: problem, expiryTimestampMs: -1 }
  const { principal } = context.peer.session
  const { hmac, expiryTimePeriodMs } = request
  const outcome = await context.services.tokens.expire(hmac, expiryTimePeriodMs, principal)
  return typeof outcome === 'number'
    ? { throttleTimeMs: 0, errorCode: errorCodes.NONE, expiryTimestampMs: outcome }
    : { throttleTimeMs: 0, errorCode: outcome.errorCode, expiryTimestampMs: 0 }
}

export const handleExpireDelegationToken = handler(apis.expireDelegationToken, expireDelegationToken)
