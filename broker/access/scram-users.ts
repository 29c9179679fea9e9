import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { MetadataStore } from '../topics/metadata-store.ts'
import type { SaslMechanism } from './listeners.ts'

export type ScramMechanism = Exclude<SaslMechanism, 'PLAIN'>
export const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** What is kept of a password (RFC 5802, section 3); all binary in base64. */
export interface ScramCredential {
  salt: string
  iterations: number
  storedKey: string
  serverKey: string
}

const kind = 'scram'
const derive = promisify(pbkdf2)

/** The users of this broker. Passwords are kept hashed only, one credential per user and mechanism. */
export class ScramUsers {
  readonly #store: MetadataStore

  constructor(store: MetadataStore) {
    this.#store = store
  }

  get(user: string, mechanism: ScramMechanism): ScramCredential | undefined {
    return this.#all().get(keyOf(user, mechanism))
  }

  /** Everyone with a credential. */
  names(): string[] {
    return [...new Set([...this.#all().keys()].map(key => (JSON.parse(key) as [string])[0]))]
  }

  /** Makes all changes durable at once; null takes a credential away. */
  change(
    changes: readonly { user: string; mechanism: ScramMechanism; credential: ScramCredential | null }[],
  ): Promise<void> {
    return this.#store.putDocuments(
      kind,
      changes.map(({ user, mechanism, credential }) => [keyOf(user, mechanism), credential]),
    )
  }

  /** Whether the password, as it is (Kafka's tools do no SASLprep), is the user's by the first mechanism it has. */
  async hasPassword(user: string, password: string): Promise<boolean> {
    const mechanism = scramMechanisms.find(m => this.get(user, m) !== undefined)
    const credential = mechanism && this.get(user, mechanism)
    if (mechanism === undefined || credential === undefined) return false
    const hash = hashOf(mechanism)
    const length = hash === 'sha256' ? 32 : 64
    const salt = Buffer.from(credential.salt, 'base64')
    const salted = await derive(password, salt, credential.iterations, length, hash)
    const { storedKey } = keysOf(mechanism, salted)
    return timingSafeEqual(storedKey, Buffer.from(credential.storedKey, 'base64'))
  }

  #all(): ReadonlyMap<string, ScramCredential> {
    return this.#store.documents<ScramCredential>(kind)
  }
}

/** What the broker keeps of a salted password. */
export function credentialOf(
  mechanism: ScramMechanism,
  saltedPassword: Buffer,
  salt: Buffer,
  iterations: number,
): ScramCredential {
  const { storedKey, serverKey } = keysOf(mechanism, saltedPassword)
  return {
    salt: salt.toString('base64'),
    iterations,
    storedKey: storedKey.toString('base64'),
    serverKey: serverKey.toString('base64'),
  }
}

function keysOf(mechanism: ScramMechanism, saltedPassword: Buffer) {
  const hash = hashOf(mechanism)
  const clientKey = createHmac(hash, saltedPassword).update('Client Key').digest()
  const serverKey = createHmac(hash, saltedPassword).update('Server Key').digest()
  return { storedKey: createHash(hash).update(clientKey).digest(), serverKey }
}

export function hashOf(mechanism: ScramMechanism): 'sha256' | 'sha512' {
  return mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
}

function keyOf(user: string, mechanism: ScramMechanism): string {
  return JSON.stringify([user, mechanism])
}
