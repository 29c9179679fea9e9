import { LRUCache } from 'lru-cache'
import type { Clock } from '../../lib/base/index.ts'
import type { BrokerConfigs } from '../topics/broker-configs.ts'
import type { QuotaTable } from './quota-table.ts'
import { Rate } from './rate.ts'

/** Addresses whose rates are remembered; the one unheard of for the longest is forgotten first. */
const maxAddresses = 10_000
/** The longest a connection is kept waiting. */
const maxWaitMs = 30_000

/** What becomes of a new connection: it is served, or closed, each after so long. */
export interface Admission {
  isTaken: boolean
  afterMs: number
}

/**
 * How many connections there may be, of all and of one address, and how many may come a second: Kafka's
 * `max.connections…` and, by address, the quota `connection_creation_rate` (KIP-612). Addresses are compared as they are
 * written.
 */
export class ConnectionQuotas {
  readonly #configs: BrokerConfigs
  readonly #quotas: QuotaTable
  readonly #clock: Clock
  readonly #counts = new Map<string, number>()
  readonly #rates = new LRUCache<string, Rate>({ max: maxAddresses })
  readonly #rate = new Rate()
  #count = 0

  constructor(configs: BrokerConfigs, quotas: QuotaTable, clock: Clock) {
    this.#configs = configs
    this.#quotas = quotas
    this.#clock = clock
  }

  /** What is taken has to be told when it is closed. */
  admit(address: string): Admission {
    const nowMs = this.#clock.monotonicMs()
    const isFull =
      this.#count >= this.#configs.number('max.connections') ||
      (this.#counts.get(address) ?? 0) >= this.#limitOf(address)
    if (isFull) return { isTaken: false, afterMs: 0 }
    const excessMs = this.#excessMs(address, nowMs)
    // as in Kafka one that comes too soon is closed, but late, so that its client slows down
    if (excessMs > 0) return { isTaken: false, afterMs: Math.min(excessMs, maxWaitMs) }
    this.#rate.add(1, nowMs)
    this.#count++
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
    const perSecond = this.#configs.number('max.connection.creation.rate')
    return { isTaken: true, afterMs: Math.min(this.#rate.excessMs(perSecond, nowMs), maxWaitMs) }
  }

  closed(address: string): void {
    this.#count--
    const left = (this.#counts.get(address) ?? 1) - 1
    if (left === 0) this.#counts.delete(address)
    else this.#counts.set(address, left)
  }

  #limitOf(address: string): number {
    const overrides = this.#configs.value('max.connections.per.ip.overrides')
    for (const override of overrides.split(',')) {
      const at = override.lastIndexOf(':')
      if (override.slice(0, at).trim() === address) return Number(override.slice(at + 1))
    }
    return this.#configs.number('max.connections.per.ip')
  }

  /** Counts the connection against its address's quota unless that is used up: then how long until it is not. */
  #excessMs(address: string, nowMs: number): number {
    const limit = this.#quotas.connectionRate(address)
    if (limit === undefined) return 0
    const rate = this.#rates.get(address) ?? new Rate()
    this.#rates.set(address, rate)
    rate.add(1, nowMs)
    const excessMs = rate.excessMs(limit, nowMs)
    if (excessMs > 0) rate.add(-1, nowMs)
    return excessMs
  }
}
