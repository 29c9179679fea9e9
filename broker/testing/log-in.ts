import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { apis } from '../../lib/kafka/index.ts'
import { hashOf, type ScramMechanism } from '../access/scram-users.ts'
import { WireClient } from './wire-client.ts'

export interface ScramLogin {
  mechanism: ScramMechanism
  user: string
  password: string
  /** Comes by a delegation token: its id is the user, its key in base64 the password (KIP-48). */
  isToken?: boolean
}

export interface LoggedIn {
  client: WireClient
  errorCode: number
  errorMessage: string | null
  sessionLifetimeMs: number
}

/** A connection that has said who it is, or was refused. */
export async function logIn(address: string, login: ScramLogin): Promise<LoggedIn> {
  const client = await WireClient.open(address)
  await client.send(apis.saslHandshake, 1, { mechanism: login.mechanism })
  const say = (text: string) => client.send(apis.saslAuthenticate, 2, { authBytes: Buffer.from(text) })
  const bare = `n=${login.user},r=nonce${login.isToken === true ? ',tokenauth=true' : ''}`
  const challenge = await say(`n,,${bare}`)
  if (challenge.errorCode !== 0) return { client, ...challenge, sessionLifetimeMs: 0 }
  const first = challenge.authBytes.toString()
  const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(first) ?? []
  const final = `c=biws,r=${nonce}`
  const hash = hashOf(login.mechanism)
  const length = hash === 'sha256' ? 32 : 64
  const salted = pbkdf2Sync(login.password, Buffer.from(salt, 'base64'), Number(iterations), length, hash)
  const clientKey = createHmac(hash, salted).update('Client Key').digest()
  const storedKey = createHash(hash).update(clientKey).digest()
  const signature = createHmac(hash, storedKey).update(`${bare},${first},${final}`).digest()
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)))
  const verdict = await say(`${final},p=${proof.toString('base64')}`)
  return { client, ...verdict, sessionLifetimeMs: Number(verdict.sessionLifetimeMs) }
}
