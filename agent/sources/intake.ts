import { type Clock, type Counter, type Metrics, OperatingError, within } from '../../lib/base/index.ts'
import { cursorKey, type LedgerHeader, requestHeader, tenantHeader } from '../../lib/ledger/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import type { RecordFilter } from '../records/filter.ts'
import { LogBatch, type SourceRequest } from '../records/log-batch.ts'
import type { Pressure, Spool } from '../spool/spool.ts'
import type { Repeats } from './repeats.ts'

/** Bytes of requests that are being received or written at one time; more are told to come back. */
const maxHeldBytes = 134_217_728
/** A sender is answered by then, durable or not: most give up after ten seconds themselves. */
const durableTimeoutMs = 8_000
const tooSlow = 'the spool has no room or its disk is slow, send again later'

export interface IntakeOptions {
  source: string
  agentId: string
  startedMs: number
  spool: Spool
  filter: RecordFilter
  repeats: Repeats
  clock: Clock
  metrics: Metrics
}

/** What all tenants of a source have in common. */
interface Shared {
  /** Requests per signal so far: the ledger's range of a push source. */
  counts: Map<Signal, number>
  arrivals: Map<object, number>
  heldBytes: number
  /** Made when something comes: nothing does of sources that read files, which count by the name they were given. */
  taken: { lines: Counter; bytes: Counter } | undefined
}

function nothingYet(): Shared {
  return { counts: new Map(), arrivals: new Map(), heldBytes: 0, taken: undefined }
}

/**
 * Takes in what is sent to the agent: numbers it for the ledger, puts it in the spool and resolves when it is durable.
 * Knows since when the oldest request under way has been there, which bounds the watermark.
 */
export class Intake {
  /** The ledger's name of the source. */
  readonly source: string
  readonly #options: IntakeOptions
  readonly #shared: Shared
  /** Whose all of it is; '' where what is sent may say so itself. */
  readonly #tenant: string

  constructor(options: IntakeOptions, shared = nothingYet(), tenant = '') {
    this.#options = options
    this.#shared = shared
    this.#tenant = tenant
    this.source = options.source
  }

  /** The same intake, for what a tenant sends. */
  ofTenant(tenant: string): Intake {
    return tenant === this.#tenant ? this : new Intake(this.#options, this.#shared, tenant)
  }

  /** Rules for what comes in. */
  get filter(): RecordFilter {
    return this.#options.filter
  }

  /** For the log records of one thing that was pushed; what it makes goes to `take`. */
  logs(): LogBatch {
    return new LogBatch(this.filter, this.#options.clock.nowMs())
  }

  /** What was taken since the start. */
  read(): { lines: number; bytes: number } {
    const { taken } = this.#shared
    return { lines: taken?.lines.value ?? 0, bytes: taken?.bytes.value ?? 0 }
  }

  /** Why nothing more is taken at the moment; undefined while it is. */
  pressure(): Pressure | undefined {
    if (this.#shared.heldBytes > maxHeldBytes) return { limit: 'bytes being received', retryAfterSeconds: 1 }
    return this.#options.spool.pressure()
  }

  /** Everything that came before is durable or was refused: up to the oldest request that is not answered yet. */
  completeBeforeMs(nowMs: number): number {
    for (const arrivedMs of this.#shared.arrivals.values()) return arrivedMs - 1
    return nowMs - 1
  }

  /** Counts a request as under way from its first byte until `run` settles. */
  async attend<T>(run: (hold: (bytes: number) => void) => Promise<T>): Promise<T> {
    const request = {}
    let held = 0
    this.#shared.arrivals.set(request, this.#options.clock.monotonicMs())
    try {
      return await run(bytes => {
        held += bytes
        this.#shared.heldBytes += bytes
      })
    } finally {
      this.#shared.heldBytes -= held
      this.#shared.arrivals.delete(request)
    }
  }

  /**
   * Resolves when all of it is durable. With the key of what was sent (`requestKey`) it is taken once, though the sender
   * was not answered and sends it again. Errors: SPOOL_SLOW when that takes too long, SPOOL_CLOSED.
   */
  async take(requests: readonly SourceRequest[], key?: string): Promise<void> {
    const work = this.takeSlowly(requests, key)
    // what comes after the answer is nobody's to wait for
    work.catch(() => undefined)
    await within(durableTimeoutMs, work, () => new OperatingError('SPOOL_SLOW', tooSlow))
  }

  /** As `take`, for senders that wait as long as it lasts. */
  async takeSlowly(requests: readonly SourceRequest[], key?: string): Promise<void> {
    await Promise.all(
      requests.map((request, part) =>
        key === undefined
          ? this.#append(request)
          : this.#appendOnce(request, `${this.#tenant}${key}/${part}`),
      ),
    )
  }

  /** The sender has its answer: what it sends from now on is something else, be it the same bytes. */
  answered(key: string): void {
    const { repeats } = this.#options
    const own = `${this.#tenant}${key}`
    for (let part = 0; repeats.find(`${own}/${part}`) !== undefined; part++) repeats.forget(`${own}/${part}`)
  }

  async #appendOnce(request: SourceRequest, key: string): Promise<void> {
    const { repeats } = this.#options
    const known = repeats.find(key)
    if (known !== undefined) {
      await known
      return
    }
    const durable = this.#append(request, [{ key: requestHeader, value: key }])
    repeats.note(key, durable)
    await durable
  }

  /** As `takeSlowly`, with where a source is to go on behind the last of them: read back by `Positions.cursors`. */
  async takeUpTo(cursor: string, requests: readonly SourceRequest[]): Promise<void> {
    const last = requests.at(-1)
    if (last === undefined) return
    await this.takeSlowly(requests.slice(0, -1))
    await this.#append(last, [{ key: cursorKey, value: cursor }])
  }

  #append(
    { signal, value, lines, dropped = {}, services, topic = '' }: SourceRequest,
    headers: readonly LedgerHeader[] = [],
  ): Promise<void> {
    const { agentId, source, startedMs, spool } = this.#options
    const from = this.#shared.counts.get(signal) ?? 0
    this.#shared.counts.set(signal, from + 1)
    const generation = `${startedMs.toString(36)}-${signal}`
    const entry = { agent: agentId, source, generation, from, to: from + 1, lines, dropped, services }
    this.#shared.taken ??= countersOf(this.#options)
    this.#shared.taken.lines.add(lines)
    this.#shared.taken.bytes.add(value.length)
    const own = this.#tenant === '' ? [] : [{ key: tenantHeader, value: this.#tenant }]
    return spool.lane(signal, source, topic).append({ value, entry, headers: [...headers, ...own] })
  }
}

function countersOf({ metrics, source }: IntakeOptions): { lines: Counter; bytes: Counter } {
  const labels = { source }
  return {
    lines: metrics.counter('millrace.agent.lines', { unit: '{line}', description: 'lines read' }, labels),
    bytes: metrics.counter('millrace.agent.bytes', { unit: 'By', description: 'bytes read' }, labels),
  }
}
