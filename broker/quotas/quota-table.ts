import type { MetadataStore } from '../topics/metadata-store.ts'

/**
 * What can be limited, by Kafka's names: of users and clients bytes per second, percent of one thread's time, and
 * partitions made and deleted per second; of addresses connections per second.
 */
export const clientQuotaKeys = [
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
] as const
export const addressQuotaKeys = ['connection_creation_rate'] as const
export const quotaKeys = [...clientQuotaKeys, ...addressQuotaKeys] as const
export type QuotaKey = (typeof quotaKeys)[number]

/** Whom a quota is for; null stands for everyone without one of their own (Kafka's `<default>`). */
export interface QuotaEntity {
  user?: string | null
  'client-id'?: string | null
  ip?: string | null
}

export interface QuotaDocument {
  entity: QuotaEntity
  values: Partial<Record<QuotaKey, number>>
}

/** A limit and what is counted together against it. */
export interface Limit {
  perSecond: number
  bucket: string
}

const kind = 'quota'

/** The quotas there are, found in Kafka's order of precedence. */
export class QuotaTable {
  readonly #store: MetadataStore

  constructor(store: MetadataStore) {
    this.#store = store
  }

  get isEmpty(): boolean {
    return this.#documents.size === 0
  }
  all(): Iterable<QuotaDocument> {
    return this.#documents.values()
  }
  get(entity: QuotaEntity): QuotaDocument | undefined {
    return this.#documents.get(keyOf(entity))
  }

  /** Durable and in force when it resolves; a document without values is removed. */
  put(documents: readonly QuotaDocument[]): Promise<void> {
    return this.#store.putDocuments(
      kind,
      documents.map(document => [
        keyOf(document.entity),
        Object.keys(document.values).length === 0 ? null : document,
      ]),
    )
  }

  /**
   * The most specific quota of a client (KIP-55): user with client, user with any client, user; then any user with each;
   * then the client alone. Whoever shares its entity shares its bucket, except that defaults count each one apart.
   */
  limitFor(key: QuotaKey, user: string, clientId: string): Limit | undefined {
    const candidates: [QuotaEntity, string][] = [
      [{ user, 'client-id': clientId }, `u${user} c${clientId}`],
      [{ user, 'client-id': null }, `u${user} c${clientId}`],
      [{ user }, `u${user}`],
      [{ user: null, 'client-id': clientId }, `u${user} c${clientId}`],
      [{ user: null, 'client-id': null }, `u${user} c${clientId}`],
      [{ user: null }, `u${user}`],
      [{ 'client-id': clientId }, `c${clientId}`],
      [{ 'client-id': null }, `c${clientId}`],
    ]
    for (const [entity, bucket] of candidates) {
      const perSecond = this.get(entity)?.values[key]
      if (perSecond !== undefined) return { perSecond, bucket: `${key} ${bucket}` }
    }
    return undefined
  }

  /** Connections a second from an address. */
  connectionRate(ip: string): number | undefined {
    const key = 'connection_creation_rate'
    return this.get({ ip })?.values[key] ?? this.get({ ip: null })?.values[key]
  }

  get #documents(): ReadonlyMap<string, QuotaDocument> {
    return this.#store.documents<QuotaDocument>(kind)
  }
}

function keyOf(entity: QuotaEntity): string {
  const part = (name: keyof QuotaEntity) => (name in entity ? [entity[name]] : [])
  const parts = [part('user'), part('client-id')]
  return JSON.stringify('ip' in entity ? [...parts, part('ip')] : parts)
}
