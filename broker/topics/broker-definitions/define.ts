import type { Config } from '../../config.ts'
import { configTypes, type ValueRule } from '../config-values.ts'

export type Broker = Config['broker']
/** Addresses as taken, by listener name. */
export type Addresses = Readonly<Record<string, string>>

export interface BrokerConfigDefinition extends ValueRule {
  name: string
  /** Value where neither the file nor a client sets one: Kafka's own. Empty also where Kafka has none. */
  standard: string
  /** What Kafka shows as its default: of `log.retention.ms` that is `log.retention.hours`; undefined where there is none. */
  shownDefault: { name: string; value: string } | undefined
  /** Whether it can be changed while the broker runs (KIP-226). */
  isDynamic: boolean
  /** Whether it can stand in `broker.configs`; else it follows from something that has a key of its own, or is fixed. */
  isSettable: boolean
  /** Nobody is told its value. */
  isSensitive: boolean
  /** The same in other units, each with what one of it is of this, which count where this is not set. */
  units: readonly { name: string; factor: number }[]
  fromFile: (config: Config, addresses: Addresses) => string
  documentation: string
}

function define(
  name: string,
  rule: ValueRule,
  standard: string | null,
  documentation: string,
): BrokerConfigDefinition {
  return {
    name,
    ...rule,
    standard: standard ?? '',
    shownDefault: standard === null ? undefined : { name, value: standard },
    isDynamic: false,
    isSettable: false,
    isSensitive: false,
    units: [],
    fromFile: () => standard ?? '',
    documentation,
  }
}

export const anything = (type: number): ValueRule => ({ type, problem: () => undefined })
export const kinds = configTypes

/** What is so, or follows from keys of millrace.yaml; `standard` is Kafka's default, null where it has none. */
export function fixed(
  name: string,
  type: number,
  standard: string | null,
  from: (broker: Broker, addresses: Addresses, config: Config) => unknown,
  documentation: string,
): BrokerConfigDefinition {
  return {
    ...define(name, anything(type), standard, documentation),
    fromFile: (config, addresses) => String(from(config.broker, addresses, config) ?? ''),
  }
}

/** What can be set in `broker.configs`; where it is not, `from` says what counts, by default Kafka's own value. */
export function settable(
  name: string,
  rule: ValueRule,
  standard: string | null,
  documentation: string,
  from: (broker: Broker) => unknown = () => standard ?? '',
): BrokerConfigDefinition {
  return {
    ...define(name, rule, standard, documentation),
    isSettable: true,
    fromFile: ({ broker }) => String(from(broker)),
  }
}

/** The same, and clients can change it while the broker runs. */
export function dynamic(...args: Parameters<typeof settable>): BrokerConfigDefinition {
  return { ...settable(...args), isDynamic: true }
}
