import { createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../lib/base/index.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { BrokerConfigs } from '../topics/broker-configs.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import type { Principal } from './principal.ts'
import { credentialOf, hashOf, type ScramCredential, type ScramMechanism } from './scram-users.ts'

/** Lets somebody come in for its owner until it ends (KIP-48). Times in ms since 1970. */
export interface DelegationToken {
  readonly id: string
  readonly owner: Principal
  readonly requester: Principal
  readonly renewers: readonly Principal[]
  readonly issuedMs: number
  readonly endsMs: number
  /** It cannot be renewed beyond. */
  readonly latestMs: number
}

export interface DelegationTokensOptions {
  store: MetadataStore
  brokerConfigs: BrokerConfigs
  clock: Clock
  newId: () => string
}

const kind = 'delegation-token'
/** More than anyone hands out: bounds memory. */
const maxTokens = 10_000
/** Kafka's least number for SCRAM. */
const iterations = 4_096
const derive = promisify(pbkdf2)

/** The tokens there are. Their keys are made from the broker's secret and kept nowhere. */
export class DelegationTokens {
  readonly #options: DelegationTokensOptions

  constructor(options: DelegationTokensOptions) {
    this.#options = options
  }

  /** Without a secret there are no tokens (DELEGATION_TOKEN_AUTH_DISABLED). */
  get isEnabled(): boolean {
    return this.#secret !== ''
  }

  all(): DelegationToken[] {
    return [...this.#documents.values()]
  }

  /** The key by which its holder proves to have it. */
  hmacOf({ id }: DelegationToken): Buffer {
    return createHmac('sha512', this.#secret).update(id).digest()
  }

  /** Durable when it resolves. `lifetimeMs` of zero or less is the longest there is. */
  async create(
    owner: Principal,
    requester: Principal,
    renewers: readonly Principal[],
    lifetimeMs: number,
  ): Promise<DelegationToken | Refusal> {
    if (this.#documents.size >= maxTokens)
      return refuse('POLICY_VIOLATION', `there are ${maxTokens} delegation tokens at most`)
    const issuedMs = this.#options.clock.nowMs()
    const longestMs = this.#setting('delegation.token.max.lifetime.ms')
    const latestMs = issuedMs + (lifetimeMs > 0 ? Math.min(lifetimeMs, longestMs) : longestMs)
    const endsMs = Math.min(latestMs, issuedMs + this.#setting('delegation.token.expiry.time.ms'))
    const token = { id: this.#options.newId(), owner, requester, renewers, issuedMs, endsMs, latestMs }
    await this.#put(token)
    return token
  }

  /** The new end. A period of zero or less, or longer than a token lives by itself, is that long. */
  async renew(hmac: Buffer, periodMs: number, by: Principal): Promise<number | Refusal> {
    const token = this.#heldBy(by, hmac)
    if ('errorCode' in token) return token
    const nowMs = this.#options.clock.nowMs()
    if (token.endsMs < nowMs) return refuse('DELEGATION_TOKEN_EXPIRED', 'The token has ended.')
    const standardMs = this.#setting('delegation.token.expiry.time.ms')
    const livesMs = periodMs > 0 ? Math.min(periodMs, standardMs) : standardMs
    return await this.#endAt(token, nowMs + livesMs)
  }

  /** The new end; a negative period removes the token at once. */
  async expire(hmac: Buffer, periodMs: number, by: Principal): Promise<number | Refusal> {
    const token = this.#heldBy(by, hmac)
    if ('errorCode' in token) return token
    const nowMs = this.#options.clock.nowMs()
    if (periodMs < 0) {
      await this.#remove([token])
      return nowMs
    }
    if (token.endsMs < nowMs) return refuse('DELEGATION_TOKEN_EXPIRED', 'The token has ended.')
    return await this.#endAt(token, nowMs + periodMs)
  }

  async removeEnded(): Promise<void> {
    const nowMs = this.#options.clock.nowMs()
    const ended = this.all().filter(({ endsMs }) => endsMs < nowMs)
    if (ended.length > 0) await this.#remove(ended)
  }

  /** What its holder is to prove by SCRAM; undefined for a token that is not there or has ended. */
  async credential(
    id: string,
    mechanism: ScramMechanism,
  ): Promise<{ token: DelegationToken; credential: ScramCredential } | undefined> {
    const token = this.#documents.get(id)
    if (!this.isEnabled || token === undefined || token.endsMs < this.#options.clock.nowMs()) return undefined
    const salt = randomBytes(16)
    const hash = hashOf(mechanism)
    const password = this.hmacOf(token).toString('base64')
    const salted = await derive(password, salt, iterations, hash === 'sha256' ? 32 : 64, hash)
    return { token, credential: credentialOf(mechanism, salted, salt, iterations) }
  }

  #heldBy(who: Principal, hmac: Buffer): DelegationToken | Refusal {
    const token = this.all().find(known => this.hmacOf(known).equals(hmac))
    if (token === undefined) return refuse('DELEGATION_TOKEN_NOT_FOUND', 'There is no such token.')
    if (isHolder(token, who)) return token
    return refuse('DELEGATION_TOKEN_OWNER_MISMATCH', 'The token is that of others.')
  }

  async #endAt(token: DelegationToken, wantedMs: number): Promise<number> {
    const endsMs = Math.min(wantedMs, token.latestMs)
    await this.#put({ ...token, endsMs })
    return endsMs
  }

  #put(token: DelegationToken): Promise<void> {
    return this.#options.store.putDocuments(kind, [[token.id, token]])
  }

  #remove(tokens: readonly DelegationToken[]): Promise<void> {
    return this.#options.store.putDocuments(
      kind,
      tokens.map(({ id }) => [id, null]),
    )
  }

  #setting(name: string): number {
    return this.#options.brokerConfigs.number(name)
  }

  get #secret(): string {
    return this.#options.brokerConfigs.value('delegation.token.secret.key')
  }

  get #documents(): ReadonlyMap<string, DelegationToken> {
    return this.#options.store.documents<DelegationToken>(kind)
  }
}

/** Owner, who asked for it, and renewers may look at it and change how long it lives. */
export function isHolder({ owner, requester, renewers }: DelegationToken, who: Principal): boolean {
  return who === owner || who === requester || renewers.includes(who)
}
