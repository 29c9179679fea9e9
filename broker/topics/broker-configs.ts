import { OperatingError, Turns } from '../../lib/base/index.ts'
import type { Config } from '../config.ts'
import { brokerConfigDefinitions } from './broker-definitions/all.ts'
import type { Addresses, BrokerConfigDefinition } from './broker-definitions/define.ts'
import { type ConfigSource, configSources } from './config-sources.ts'
import type { MetadataStore } from './metadata-store.ts'

type Own = Readonly<Record<string, string>>

const kind = 'broker-configs'
const fileSource = configSources.staticBroker

/** Under this name stands what counts for every broker that sets nothing of its own. */
export const everyBroker = ''

export interface BrokerConfigsOptions {
  store: Pick<MetadataStore, 'documents' | 'putDocuments'>
  config: Config
  /** Filled as the broker begins to listen. */
  addresses: Addresses
  /** Told after a change is durable. */
  onChanged: () => void
}

/**
 * What this broker is set to: by the file it was started with, and, over it, by clients while it runs (KIP-226), for it
 * alone or for every broker. Errors: INVALID_BROKER_CONFIG.
 */
export class BrokerConfigs {
  readonly #options: BrokerConfigsOptions
  readonly #node: string
  /** Changes follow each other: each begins from what the last one left. */
  readonly #turns = new Turns()

  constructor(options: BrokerConfigsOptions) {
    this.#options = options
    this.#node = String(options.config.broker.nodeId)
    checkFile(options.config)
  }

  /** What clients have set, raw: by the node's id or `everyBroker`. */
  of(broker: string): Own {
    return this.#options.store.documents<Own>(kind).get(broker) ?? {}
  }

  /** The value in force. */
  value(name: string): string {
    const definition = definitionOf(name)
    const [first] = this.#set(definition)
    if (first !== undefined) return first.value
    const [unit] = this.#inUnits(definition)
    return unit === undefined ? definition.standard : String(Number(unit.value) * unit.factor)
  }

  /** The same of a configuration that is a number. */
  number(name: string): number {
    return Number(this.value(name))
  }

  /** All that sets it, the one in force first, Kafka's default last; none where only another unit of it has a default. */
  sources(name: string): ConfigSource[] {
    const definition = definitionOf(name)
    const { shownDefault } = definition
    const set = this.#set(definition)
    const isHidden = shownDefault === undefined || (set.length === 0 && shownDefault.name !== name)
    if (isHidden) return set
    const units = this.#inUnits(definition).map(({ name, value }) => ({ name, value, source: fileSource }))
    return [...set, ...units, { ...shownDefault, source: configSources.default }]
  }

  /**
   * `change` says what the configurations become, or why they cannot; then nothing is changed, and the reason returned.
   * Durable and in force when the promise resolves. Errors: those of the store.
   */
  alter<R extends object>(
    broker: string,
    change: (own: Own) => { configs: Own } | R,
  ): Promise<R | undefined> {
    return this.#turns.take(async () => {
      const result = change(this.of(broker))
      if (!('configs' in result)) return result
      const document = Object.keys(result.configs).length === 0 ? null : result.configs
      await this.#options.store.putDocuments(kind, [[broker, document]])
      this.#options.onChanged()
      return undefined
    })
  }

  #set({ name, standard, fromFile }: BrokerConfigDefinition): ConfigSource[] {
    const { config, addresses } = this.#options
    const file = fromFile(config, addresses)
    const values = [
      { value: this.of(this.#node)[name], source: configSources.broker },
      { value: this.of(everyBroker)[name], source: configSources.everyBroker },
      { value: fileValue(config, name) ?? (file === standard ? undefined : file), source: fileSource },
    ]
    return values.flatMap(({ value, source }) => (value === undefined ? [] : [{ name, value, source }]))
  }

  /** What the file sets in other units, the one that counts first. */
  #inUnits({ units }: BrokerConfigDefinition) {
    return units.flatMap(({ name, factor }) => {
      const value = fileValue(this.#options.config, name)
      // as in Kafka less than nothing is no limit, whatever it is counted in
      return value === undefined ? [] : [{ name, value, factor: Number(value) < 0 ? 1 : factor }]
    })
  }
}

/** Why clients cannot set these, in Kafka's words; undefined where they can. */
export function brokerConfigsProblem(broker: string, own: Own): string | undefined {
  const fixed = Object.keys(own).filter(name => brokerConfigDefinitions.get(name)?.isDynamic !== true)
  const single = broker === everyBroker ? fixed.filter(isOfOneBroker) : []
  if (single.length > 0)
    return `Cannot update these configs at default cluster level, broker id must be specified: Set(${single.join(', ')})`
  if (fixed.length > 0) return `Cannot update these configs dynamically: Set(${fixed.join(', ')})`
  for (const [name, value] of Object.entries(own)) {
    const problem = definitionOf(name).problem(name, value)
    if (problem !== undefined) return problem
  }
  return undefined
}

function fileValue({ broker }: Config, name: string): string | undefined {
  const value = broker.configs[name]
  return value === undefined ? undefined : String(value)
}

function checkFile(config: Config): void {
  for (const name of Object.keys(config.broker.configs)) {
    const definition = brokerConfigDefinitions.get(name)
    const value = fileValue(config, name) ?? ''
    const problem =
      definition?.isSettable === true
        ? definition.problem(name, value)
        : whyNot(name, definition?.documentation)
    if (problem !== undefined)
      throw new OperatingError('INVALID_BROKER_CONFIG', `broker.configs cannot have ${name}: ${problem}`)
  }
}

function whyNot(name: string, documentation: string | undefined): string {
  if (documentation === undefined) return `there is no ${name} here, see docs/broker.md`
  return `it is fixed or has a key of its own: ${documentation}`
}

/** Listeners are each broker's own. */
function isOfOneBroker(name: string): boolean {
  return /^(listeners|listener\.security\.protocol\.map|listener\.name\..+)$/.test(name)
}

function definitionOf(name: string): BrokerConfigDefinition {
  const definition = brokerConfigDefinitions.get(name)
  if (definition === undefined) throw new Error(`there is no broker configuration ${name}`)
  return definition
}
