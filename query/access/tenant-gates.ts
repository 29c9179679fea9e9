import { Gate, OperatingError } from '../../lib/base/index.ts'
import type { Limits } from './limits.ts'

/** One line of waiting questions for each tenant that asks just now. */
export class TenantGates {
  readonly #gates = new Map<string, Gate>()

  /** Resolves when the tenant has room for one more question. Errors: TOO_MANY_QUERIES. */
  async enter(
    tenant: string,
    { concurrentQueries, waitingQueries }: Limits,
    signal: AbortSignal,
  ): Promise<() => void> {
    const gate = this.#gates.get(tenant) ?? new Gate(concurrentQueries, waitingQueries, tooMany)
    this.#gates.set(tenant, gate)
    const leave = await gate.enter(signal)
    return () => {
      leave()
      if (gate.running === 0 && gate.waiting === 0) this.#gates.delete(tenant)
    }
  }

  /** Tenants that ask just now. */
  get size(): number {
    return this.#gates.size
  }
}

function tooMany(waiting: number): OperatingError {
  const message = `${waiting} queries of this tenant are waiting already (query.limits.waitingQueries): try again in a moment`
  return new OperatingError('TOO_MANY_QUERIES', message)
}
