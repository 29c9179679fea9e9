import type { Config } from '../config.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import {
  consumerHeartbeatInterval,
  consumerSessionTimeout,
  type GroupConfigDefinition,
  shareAutoOffsetReset,
  shareHeartbeatInterval,
  shareIsolationLevel,
  shareRecordLockDuration,
  shareSessionTimeout,
} from './group-config-definitions.ts'

type Own = Readonly<Record<string, string>>

const kind = 'group-configs'

/** Kafka's group.share.max.size. */
const maxShareSize = 200

/** Configurations that single groups have of their own; a group need not be there to have some. */
export class GroupConfigs {
  readonly maxShareSize = maxShareSize
  readonly #store: MetadataStore
  readonly #config: Config

  constructor(store: MetadataStore, config: Config) {
    this.#store = store
    this.#config = config
  }

  /** Members of one group. */
  get maxSize(): number {
    return this.#config.broker.groupMaxSize
  }

  /** Names of the groups that have some. */
  names(): Iterable<string> {
    return this.#all().keys()
  }

  of(groupId: string): Own {
    return this.#all().get(groupId) ?? {}
  }

  /** Durable and in force when the promise resolves. */
  set(groupId: string, configs: Own): Promise<void> {
    const document = Object.keys(configs).length === 0 ? null : configs
    return this.#store.putDocuments(kind, [[groupId, document]])
  }

  sessionTimeoutMs(groupId: string): number {
    return Number(this.#value(groupId, consumerSessionTimeout))
  }
  heartbeatIntervalMs(groupId: string): number {
    return Number(this.#value(groupId, consumerHeartbeatInterval))
  }
  shareSessionTimeoutMs(groupId: string): number {
    return Number(this.#value(groupId, shareSessionTimeout))
  }
  shareHeartbeatIntervalMs(groupId: string): number {
    return Number(this.#value(groupId, shareHeartbeatInterval))
  }
  shareRecordLockMs(groupId: string): number {
    return Number(this.#value(groupId, shareRecordLockDuration))
  }
  /** `latest`, `earliest` or `by_duration:…`. */
  shareReset(groupId: string): string {
    return this.#value(groupId, shareAutoOffsetReset)
  }
  readsCommitted(groupId: string): boolean {
    return this.#value(groupId, shareIsolationLevel) === 'read_committed'
  }

  #all(): ReadonlyMap<string, Own> {
    return this.#store.documents<Own>(kind)
  }

  #value(groupId: string, { name, fallback }: GroupConfigDefinition): string {
    return this.of(groupId)[name] ?? fallback(this.#config)
  }
}
