import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { SaslConversation, SaslStep } from './sasl-conversation.ts'

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512'

/** Kafka's least number (ScramMechanism), and one that keeps a broker from having us compute for minutes. */
const minIterations = 4_096
const maxIterations = 1_000_000
/** Without channel binding; and the same in base64, as the final message repeats it. */
const gs2Header = 'n,,'
const binding = Buffer.from(gs2Header).toString('base64')
const derive = promisify(pbkdf2)

/**
 * SCRAM (RFC 5802, RFC 7677): proves that both sides know the password without sending it. As in Kafka's own clients the
 * password is taken as it is, without SASLprep.
 */
export function scramConversation(
  mechanism: ScramMechanism,
  username: string,
  password: string,
  nonce = randomBytes(18).toString('base64'),
): SaslConversation {
  const bare = `n=${escapeName(username)},r=${nonce}`
  let signature: Buffer | undefined
  const answer = async (message: Buffer): Promise<SaslStep> => {
    const text = message.toString('utf8')
    if (signature !== undefined) return judge(text, signature)
    const challenge = readChallenge(text, nonce)
    if (typeof challenge === 'string') return { outcome: 'failed', why: challenge }
    const final = `c=${binding},r=${challenge.nonce}`
    const proof = await prove(mechanism, password, challenge, `${bare},${text},${final}`)
    signature = proof.serverSignature
    return { outcome: 'send', message: Buffer.from(`${final},p=${proof.clientProof.toString('base64')}`) }
  }
  return { first: Buffer.from(`${gs2Header}${bare}`), answer }
}

/** RFC 5802, section 5.1. */
function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

interface Challenge {
  nonce: string
  salt: Buffer
  iterations: number
}

/** The broker's first message, or what is wrong with it. */
function readChallenge(text: string, clientNonce: string): Challenge | string {
  const match = /^r=([^,]+),s=([^,]+),i=(\d{1,9})(?:,.*)?$/s.exec(text)
  if (match === null) return 'its first SCRAM message makes no sense'
  const [, nonce = '', salt = '', count] = match
  const iterations = Number(count)
  if (!nonce.startsWith(clientNonce) || nonce === clientNonce) return 'its nonce does not continue ours'
  if (iterations < minIterations || iterations > maxIterations)
    return `it asks for ${iterations} iterations, which is not between ${minIterations} and ${maxIterations}`
  return { nonce, salt: Buffer.from(salt, 'base64'), iterations }
}

/** RFC 5802, section 3. */
async function prove(
  mechanism: ScramMechanism,
  password: string,
  { salt, iterations }: Challenge,
  signed: string,
): Promise<{ clientProof: Buffer; serverSignature: Buffer }> {
  const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()
  const length = hash === 'sha256' ? 32 : 64
  const salted = await derive(password, salt, iterations, length, hash)
  const clientKey = hmac(salted, 'Client Key')
  const clientSignature = hmac(createHash(hash).update(clientKey).digest(), signed)
  const clientProof = Buffer.from(clientKey.map((byte, i) => byte ^ (clientSignature[i] ?? 0)))
  return { clientProof, serverSignature: hmac(hmac(salted, 'Server Key'), signed) }
}

/** The broker's final message: it has to prove that it knows the password too. */
function judge(text: string, expected: Buffer): SaslStep {
  const problem = /^e=([^,]+)/.exec(text)?.[1]
  if (problem !== undefined) return { outcome: 'failed', why: problem }
  const given = Buffer.from(/^v=([^,]+)/.exec(text)?.[1] ?? '', 'base64')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return { outcome: 'done' }
  return { outcome: 'failed', why: 'its signature is wrong: it does not know the password' }
}
