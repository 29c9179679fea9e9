import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { userPrincipal } from './principal.ts'
import type { SaslExchange, SaslStep } from './sasl-exchange.ts'
import { hashOf, type ScramCredential, type ScramMechanism, type ScramUsers } from './scram-users.ts'

/** What is kept between the client's first and its final message. */
interface Challenge {
  user: string
  credential: ScramCredential
  nonce: string
  /** The messages so far without the proof: what both sides sign (RFC 5802, section 3). */
  signed: string
  /** The header the client has to repeat. */
  gs2Header: string
}

/**
 * SCRAM (RFC 5802, RFC 7677) without channel binding, as Kafka's KIP-84: client-first, server-first, client-final,
 * server-final.
 */
export function scramExchange(
  mechanism: ScramMechanism,
  users: ScramUsers,
  serverNonce = () => randomBytes(18).toString('base64'),
): SaslExchange {
  let challenge: Challenge | undefined
  const step = (text: string): SaslStep => {
    if (challenge !== undefined) return finish(challenge, text, mechanism)
    const first = parseFirst(text)
    if (first === undefined) return failed('Invalid SCRAM client first message')
    const { user, authorizationId, gs2Header, bare } = first
    if (authorizationId !== '' && authorizationId !== user)
      return failed(
        'Authentication failed: Client requested an authorization id that is different from username',
      )
    const credential = users.get(user, mechanism)
    if (credential === undefined) return failed(invalid(mechanism))
    const nonce = first.nonce + serverNonce()
    const serverFirst = `r=${nonce},s=${credential.salt},i=${credential.iterations}`
    challenge = { user, credential, nonce, gs2Header, signed: `${bare},${serverFirst}` }
    return { outcome: 'continue', reply: Buffer.from(serverFirst) }
  }
  return { mechanism, step: message => Promise.resolve(step(message.toString('utf8'))) }
}

function parseFirst(text: string) {
  const match = /^(n,(?:a=([^,]*))?,)(n=([^,]+),r=([^,]+)(?:,.*)?)$/s.exec(text)
  if (match === null) return undefined
  const [, gs2Header = '', authorizationId = '', bare = '', user = '', nonce = ''] = match
  return { gs2Header, bare, nonce, user: unescapeName(user), authorizationId: unescapeName(authorizationId) }
}

/** RFC 5802, section 5.1. */
function unescapeName(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function finish(challenge: Challenge, text: string, mechanism: ScramMechanism): SaslStep {
  const match = /^(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)$/s.exec(text)
  if (match === null) return failed('Invalid SCRAM client final message')
  const [, withoutProof = '', binding = '', nonce = '', proof = ''] = match
  const isBound = Buffer.from(binding, 'base64').toString('utf8') === challenge.gs2Header
  // librdkafka before 2.6.1 puts its own nonce in front once more; what it has proved is signed all the same
  if (!isBound || !nonce.endsWith(challenge.nonce)) return failed(invalid(mechanism))
  const hash = hashOf(mechanism)
  const message = `${challenge.signed},${withoutProof}`
  const storedKey = Buffer.from(challenge.credential.storedKey, 'base64')
  const signature = createHmac(hash, storedKey).update(message).digest()
  const clientKey = xor(Buffer.from(proof, 'base64'), signature)
  if (!isSame(createHash(hash).update(clientKey).digest(), storedKey)) return failed(invalid(mechanism))
  const serverKey = Buffer.from(challenge.credential.serverKey, 'base64')
  const verifier = createHmac(hash, serverKey).update(message).digest('base64')
  return {
    outcome: 'authenticated',
    reply: Buffer.from(`v=${verifier}`),
    principal: userPrincipal(challenge.user),
  }
}

/** The same whether the user is unknown or the password wrong. */
function invalid(mechanism: ScramMechanism): string {
  return `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`
}

function failed(message: string): SaslStep {
  return { outcome: 'failed', message }
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)))
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
