import { errorCodes } from '../../lib/kafka/index.ts'
import { anonymous, type Principal } from '../access/principal.ts'
import type { RequestContext } from './handler.ts'

/**
 * Kafka's code where tokens may not be asked about on this connection: not by who has not said who it is in a way that can
 * be trusted, nor by who came by a token; and not where the broker has no secret. 0 where they may.
 */
export function tokenProblem(context: RequestContext): number {
  const { session } = context.peer
  const { tls, sasl } = session.listener
  const isKnown = sasl.length > 0 || (tls !== null && session.principal !== anonymous)
  if (!isKnown || session.endsAtMs !== undefined) return errorCodes.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED
  return context.services.tokens.isEnabled ? errorCodes.NONE : errorCodes.DELEGATION_TOKEN_AUTH_DISABLED
}

/** `User:ada` as the protocol carries it. */
export function namesOf(principal: Principal): { principalType: string; principalName: string } {
  const at = principal.indexOf(':')
  return { principalType: principal.slice(0, at), principalName: principal.slice(at + 1) }
}

export function principalOf({ principalType, principalName }: ReturnType<typeof namesOf>): Principal {
  return `${principalType}:${principalName}`
}
