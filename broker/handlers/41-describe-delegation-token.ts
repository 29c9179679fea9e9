import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { type DelegationToken, isHolder } from '../access/delegation-tokens.ts'
import { handler, type RequestContext } from './handler.ts'
import { namesOf, principalOf, tokenProblem } from './tokens.ts'

/*
 * DescribeDelegationToken, versions 1 to 3: the tokens of these people, or of all, that the client holds or may see
 * (DESCRIBE of the token, DESCRIBE_TOKENS of its owner). Who names nobody is told of none.
 */
type Request = RequestOf<typeof apis.describeDelegationToken>
type Response = ResponseInput<typeof apis.describeDelegationToken>

const requesterFrom = 3

function describeDelegationToken({ owners }: Request, context: RequestContext): Response {
  const errorCode = tokenProblem(context)
  if (errorCode !== 0) return { throttleTimeMs: 0, errorCode, tokens: [] }
  const asked = owners?.map(principalOf)
  const tokens = context.services.tokens
    .all()
    .filter(token => asked?.some(who => isHolder(token, who)) !== false && maySee(token, context))
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    tokens: tokens.map(token => described(token, context)),
  }
}

function maySee(token: DelegationToken, context: RequestContext): boolean {
  return (
    isHolder(token, context.peer.session.principal) ||
    context.may('DESCRIBE', 'DELEGATION_TOKEN', token.id) ||
    context.may('DESCRIBE_TOKENS', 'USER', token.owner)
  )
}

function described(token: DelegationToken, context: RequestContext): Response['tokens'][number] {
  const requester = namesOf(token.requester)
  const asker =
    context.header.apiVersion < requesterFrom
      ? {}
      : {
          tokenRequesterPrincipalType: requester.principalType,
          tokenRequesterPrincipalName: requester.principalName,
        }
  return {
    ...namesOf(token.owner),
    ...asker,
    issueTimestamp: token.issuedMs,
    expiryTimestamp: token.endsMs,
    maxTimestamp: token.latestMs,
    tokenId: token.id,
    hmac: context.services.tokens.hmacOf(token),
    renewers: token.renewers.map(namesOf),
  }
}

export const handleDescribeDelegationToken = handler(apis.describeDelegationToken, describeDelegationToken)
