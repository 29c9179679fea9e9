import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * SaslAuthenticate, versions 0 to 2: one message of the chosen mechanism, and the answer to it. A failure is told once,
 * a little late, and the connection closed (Kafka's connection.failed.authentication.delay.ms). Sessions do not end by
 * time (sessionLifetimeMs 0), but those of delegation tokens, which may be authenticated again until then (KIP-368).
 */
type Request = RequestOf<typeof apis.saslAuthenticate>
type Response = ResponseInput<typeof apis.saslAuthenticate>

const failureDelayMs = 100

async function saslAuthenticate({ authBytes }: Request, context: RequestContext): Promise<Response> {
  const { session } = context.peer
  const { exchange } = session
  if (exchange === undefined)
    return refused(
      errorCodes.ILLEGAL_SASL_STATE,
      session.isAuthenticated
        ? 'SaslAuthenticate request received after successful authentication'
        : 'SaslAuthenticate request received without a SaslHandshake before it',
    )
  // the request's bytes are gone once we wait
  const step = await exchange.step(Buffer.from(authBytes))
  if (step.outcome === 'failed') return await fail(step.message, exchange.mechanism, context)
  if (step.outcome !== 'authenticated')
    return { errorCode: errorCodes.NONE, errorMessage: null, authBytes: step.reply }
  const { principal, endsAtMs, reply } = step
  if (session.isAuthenticated && session.principal !== principal) {
    const message = `Cannot change principals during re-authentication from ${session.principal}: ${principal}`
    return await fail(message, exchange.mechanism, context)
  }
  session.authenticated(principal, endsAtMs)
  const leftMs = endsAtMs === undefined ? 0 : Math.max(0, endsAtMs - context.services.clock.nowMs())
  return {
    errorCode: errorCodes.NONE,
    errorMessage: null,
    authBytes: reply,
    sessionLifetimeMs: leftMs,
  }
}

async function fail(message: string, mechanism: string, context: RequestContext): Promise<Response> {
  const { services, peer } = context
  services.logger.warn('authentication failed', {
    listener: peer.session.listener.name,
    mechanism,
    peer: peer.host,
  })
  await new Promise<void>(resolve => {
    services.deadlines.after(failureDelayMs, resolve)
  })
  peer.closeAfterAnswers()
  return refused(errorCodes.SASL_AUTHENTICATION_FAILED, message)
}

function refused(errorCode: number, errorMessage: string): Response {
  return { errorCode, errorMessage, authBytes: Buffer.alloc(0) }
}

export const handleSaslAuthenticate = handler(apis.saslAuthenticate, saslAuthenticate)
