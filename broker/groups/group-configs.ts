import type { Config } from '../../lib/base/index.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'

type Own = Readonly<Record<string, string>>

const kind = 'group-configs'

export interface GroupConfigDefinition {
  name: string
  /** Value where the group sets none. */
  fallback: (config: Config) => number
  min: number
  max: number
  documentation: string
}

const sessionTimeout: GroupConfigDefinition = {
  name: 'consumer.session.timeout.ms',
  fallback: config => config.broker.groupConsumerSessionTimeoutMs,
  min: 45_000,
  max: 60_000,
  documentation: 'A member of the consumer protocol that is not heard of for so long is put out.',
}
const heartbeatInterval: GroupConfigDefinition = {
  name: 'consumer.heartbeat.interval.ms',
  fallback: config => config.broker.groupConsumerHeartbeatIntervalMs,
  min: 5_000,
  max: 15_000,
  documentation: 'How often members of the consumer protocol are told to be heard of.',
}

/** The configurations of groups that this broker honours, with Kafka's bounds. */
export const groupConfigs: readonly GroupConfigDefinition[] = [heartbeatInterval, sessionTimeout]

/** Configurations that single groups have of their own; a group need not be there to have some. */
export class GroupConfigs {
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
    return this.#number(groupId, sessionTimeout)
  }

  heartbeatIntervalMs(groupId: string): number {
    return this.#number(groupId, heartbeatInterval)
  }

  #all(): ReadonlyMap<string, Own> {
    return this.#store.documents<Own>(kind)
  }

  #number(groupId: string, { name, fallback }: GroupConfigDefinition): number {
    const own = this.of(groupId)[name]
    return own === undefined ? fallback(this.#config) : Number(own)
  }
}

/** Why a group cannot have a configuration, in Kafka's words; undefined where it can. */
export function groupConfigProblem(name: string, value: string): string | undefined {
  const definition = groupConfigs.find(known => known.name === name)
  if (definition === undefined) return `Unknown group config name: ${name}`
  const { min, max } = definition
  if (!/^-?\d{1,10}$/.test(value.trim()))
    return `Invalid value ${value} for configuration ${name}: Not a number of type INT`
  const number = Number(value)
  if (number < min) return `${name} must be greater than or equal to group.${limitOf(name, 'min')}`
  return number > max ? `${name} must be less than or equal to group.${limitOf(name, 'max')}` : undefined
}

/** `consumer.session.timeout.ms` → `consumer.min.session.timeout.ms` */
function limitOf(name: string, which: 'min' | 'max'): string {
  return name.replace('.', `.${which}.`)
}
