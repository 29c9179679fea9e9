import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import type { DelegationToken } from '../access/delegation-tokens.ts'
import type { Principal } from '../access/principal.ts'
import { handler, type RequestContext } from './handler.ts'
import { namesOf, principalOf, tokenProblem } from './tokens.ts'

/*
 * CreateDelegationToken, versions 1 to 3: a token for who asks, from version 3 on also for another whom it may have tokens
 * made for (CREATE_TOKENS of the user, KIP-373).
 */
type Request = RequestOf<typeof apis.createDelegationToken>
type Response = ResponseInput<typeof apis.createDelegationToken>

const requesterFrom = 3

async function createDelegationToken(request: Request, context: RequestContext): Promise<Response> {
  const requester = context.peer.session.principal
  const isForItself = (request.ownerPrincipalName ?? '') === ''
  const owner = isForItself
    ? requester
    : principalOf({
        principalType: request.ownerPrincipalType ?? '',
        principalName: request.ownerPrincipalName ?? '',
      })
  const problem = tokenProblem(context) || requestProblem(request, owner, context)
  if (problem !== 0) return refused(problem, owner, context)
  const renewers = request.renewers.map(principalOf)
  const made = await context.services.tokens.create(owner, requester, renewers, request.maxLifetimeMs)
  return 'errorCode' in made ? refused(made.errorCode, owner, context) : answer(made, context)
}

function requestProblem({ renewers }: Request, owner: Principal, context: RequestContext): number {
  const { principal } = context.peer.session
  if (owner !== principal && !context.may('CREATE_TOKENS', 'USER', owner))
    return errorCodes.DELEGATION_TOKEN_AUTHORIZATION_FAILED
  return renewers.every(({ principalType }) => principalType === 'User')
    ? errorCodes.NONE
    : errorCodes.INVALID_PRINCIPAL_TYPE
}

function people(owner: Principal, context: RequestContext) {
  if (context.header.apiVersion < requesterFrom) return namesOf(owner)
  const { principalType, principalName } = namesOf(context.peer.session.principal)
  return {
    ...namesOf(owner),
    tokenRequesterPrincipalType: principalType,
    tokenRequesterPrincipalName: principalName,
  }
}

function answer(token: DelegationToken, context: RequestContext): Response {
  return {
    throttleTimeMs: 0,
    errorCode: errorCodes.NONE,
    ...people(token.owner, context),
    issueTimestampMs: token.issuedMs,
    expiryTimestampMs: token.endsMs,
    maxTimestampMs: token.latestMs,
    tokenId: token.id,
    hmac: context.services.tokens.hmacOf(token),
  }
}

function refused(errorCode: number, owner: Principal, context: RequestContext): Response {
  return {
    throttleTimeMs: 0,
    errorCode,
    ...people(owner, context),
    issueTimestampMs: -1,
    expiryTimestampMs: -1,
    maxTimestampMs: -1,
    tokenId: '',
    hmac: Buffer.alloc(0),
  }
}

export const handleCreateDelegationToken = handler(apis.createDelegationToken, createDelegationToken)
