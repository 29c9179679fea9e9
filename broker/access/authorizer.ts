import { LRUCache } from 'lru-cache'
import type { Config } from '../config.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import { type Acl, type Operation, operations, type ResourceType, resourceTypes } from './acl.ts'
import { AclIndex } from './acl-index.ts'
import type { Principal } from './principal.ts'

const kind = 'acl'
const maxRemembered = 100_000

/** Says who may do what, by access rules with Kafka's meaning (StandardAuthorizer), and keeps the rules. */
export class Authorizer {
  readonly #store: MetadataStore
  readonly #settings: Config['broker']['authorization']
  readonly #superUsers: ReadonlySet<string>
  #index: AclIndex
  /** Verdicts since the rules last changed. */
  readonly #verdicts = new LRUCache<string, boolean>({ max: maxRemembered })
  #version = 0

  constructor(store: MetadataStore, settings: Config['broker']['authorization']) {
    this.#store = store
    this.#settings = settings
    this.#superUsers = new Set(settings.superUsers)
    this.#index = new AclIndex(this.all())
  }

  /** Where it is not, everyone may do everything and rules are refused (SECURITY_DISABLED). */
  get isEnabled(): boolean {
    return this.#settings.enabled
  }

  /** Grows with every change of the rules. */
  get version(): number {
    return this.#version
  }

  all(): Iterable<Acl> {
    return this.#store.documents<Acl>(kind).values()
  }
  get size(): number {
    return this.#store.documents<Acl>(kind).size
  }

  may(principal: Principal, host: string, operation: Operation, type: ResourceType, name: string): boolean {
    if (!this.isEnabled || this.#superUsers.has(principal)) return true
    const key = JSON.stringify([principal, host, operation, type, name])
    const known = this.#verdicts.get(key)
    if (known !== undefined) return known
    const verdict = this.#index.judge({
      principal,
      host,
      operation: operations[operation],
      resourceType: resourceTypes[type],
      resourceName: name,
    })
    const isAllowed =
      verdict === 'allowed' || (verdict === 'no-rule' && this.#settings.allowEveryoneIfNoAclFound)
    this.#verdicts.set(key, isAllowed)
    return isAllowed
  }

  /** Whether it may do this to any resource of the type. */
  mayAny(principal: Principal, host: string, operation: Operation, type: ResourceType): boolean {
    if (!this.isEnabled || this.#superUsers.has(principal)) return true
    if (this.#settings.allowEveryoneIfNoAclFound) return true
    return this.#index.mayAny({
      principal,
      host,
      operation: operations[operation],
      resourceType: resourceTypes[type],
    })
  }

  /** Durable and in force when it resolves. */
  add(acls: readonly Acl[]): Promise<void> {
    return this.#change(acls.map(acl => [keyOf(acl), acl]))
  }
  remove(acls: readonly Acl[]): Promise<void> {
    return this.#change(acls.map(acl => [keyOf(acl), null]))
  }

  async #change(changes: [string, Acl | null][]): Promise<void> {
    if (changes.length === 0) return
    await this.#store.putDocuments(kind, changes)
    this.#index = new AclIndex(this.all())
    this.#verdicts.clear()
    this.#version++
  }
}

function keyOf(acl: Acl): string {
  const { resourceType, patternType, resourceName, principal, host, operation, permissionType } = acl
  return JSON.stringify([resourceType, patternType, resourceName, principal, host, operation, permissionType])
}
