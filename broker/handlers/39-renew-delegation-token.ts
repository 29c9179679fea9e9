import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler, type RequestContext } from './handler.ts'
import { tokenProblem } from './tokens.ts'

/* RenewDelegationToken, versions 1 and 2: lets a token live on, as its owner, who asked for it, or a renewer wishes. */
type Request = RequestOf<typeof apis.renewDelegationToken>
type Response = ResponseInput<typeof apis.renewDelegationToken>

async function renewDelegationToken(request: Request, context: RequestContext): Promise<Response> {
  const problem = tokenProblem(context)
  if (problem !== 0) return { throttleTimeMs: 0, errorCode: problem, expiryTimestampMs: -1 }
  const { principal } = context.peer.session
  const { hmac, renewPeriodMs } = request
  const outcome = await context.services.tokens.renew(hmac, renewPeriodMs, principal)
  return typeof outcome === 'number'
    ? { throttleTimeMs: 0, errorCode: errorCodes.NONE, expiryTimestampMs: outcome }
    : { throttleTimeMs: 0, errorCode: outcome.errorCode, expiryTimestampMs: 0 }
}

export const handleRenewDelegationToken = handler(apis.renewDelegationToken, renewDelegationToken)
