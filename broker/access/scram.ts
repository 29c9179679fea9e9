import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DelegationTokens } from './delegation-tokens.ts'
import { type Principal, userPrincipal } from './principal.ts'
import type { SaslExchange, SaslStep } from './sasl-exchange.ts'
import { hashOf, type ScramCredential, type ScramMechanism, type ScramUsers } from './scram-users.ts'

/** Who somebody says to be, and what it has to prove. */
interface Claim {
  principal: Principal
  credential: ScramCredential
  /** Of a delegation token. */
  endsAtMs?: number
}

/** What is kept between the client's first and its final message. */
interface Challenge extends Claim {
  nonce: string
  /** The messages so far without the proof: what both sides sign (RFC 5802, section 3). */
  signed: string
  /** The header the client has to repeat. */
  gs2Header: string
}

/**
 * SCRAM (RFC 5802, RFC 7677) without channel binding, as Kafka's KIP-84: client-first, server-first, client-final,
 * server-final. Who says `tokenauth=true` names a delegation token instead of a user, whose owner it then is (KIP-48).
 */
export function scramExchange(
  mechanism: ScramMechanism,
  users: ScramUsers,
  tokens?: Pick<DelegationTokens, 'credential'>,
  serverNonce = () => randomBytes(18).toString('base64'),
): SaslExchange {
  let challenge: Challenge | undefined
  const step = async (text: string): Promise<SaslStep> => {
    if (challenge !== undefined) return finish(challenge, text, mechanism)
    const first = parseFirst(text)
    if (first === undefined) return failed('Invalid SCRAM client first message')
    const { user, authorizationId, gs2Header, bare, isToken } = first
    if (!isToken && authorizationId !== '' && authorizationId !== user)
      return failed(
        'Authentication failed: Client requested an authorization id that is different from username',
      )
    const claim = isToken ? await tokenClaim(user, mechanism, tokens) : userClaim(user, mechanism, users)
    if (claim === undefined) return failed(invalid(mechanism))
    const { credential } = claim
    const nonce = first.nonce + serverNonce()
    const serverFirst = `r=${nonce},s=${credential.salt},i=${credential.iterations}`
    challenge = { ...claim, nonce, gs2Header, signed: `${bare},${serverFirst}` }
    return { outcome: 'continue', reply: Buffer.from(serverFirst) }
  }
  return { mechanism, step: message => step(message.toString('utf8')) }
}

function userClaim(user: string, mechanism: ScramMechanism, users: ScramUsers): Claim | undefined {
  const credential = users.get(user, mechanism)
  return credential && { principal: userPrincipal(user), credential }
}

async function tokenClaim(
  id: string,
  mechanism: ScramMechanism,
  tokens: Pick<DelegationTokens, 'credential'> | undefined,
): Promise<Claim | undefined> {
  const found = await tokens?.credential(id, mechanism)
  return found && { principal: found.token.owner, credential: found.credential, endsAtMs: found.token.endsMs }
}

function parseFirst(text: string) {
  const match = /^(n,(?:a=([^,]*))?,)(n=([^,]+),r=([^,]+)(,.*)?)$/s.exec(text)
  if (match === null) return undefined
  const [, gs2Header = '', authorizationId = '', bare = '', user = '', nonce = ''] = match
  const extensions = (match[6] ?? '').split(',')
  return {
    gs2Header,
    bare,
    nonce,
    user: unescapeName(user),
    authorizationId: unescapeName(authorizationId),
    isToken: extensions.some(extension => extension.toLowerCase() === 'tokenauth=true'),
  }
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
    principal: challenge.principal,
    ...(challenge.endsAtMs === undefined ? {} : { endsAtMs: challenge.endsAtMs }),
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
