import { OperatingError } from '../../lib/base/index.ts'
import type { StoreCost } from '../store-asking.ts'

/** A request, as the list of what runs shows it. */
export interface Request {
  id: string
  tenant: string
  /** Name of the token that asks; '' where none is asked for. */
  token: string
  method: string
  path: string
  query: string
  startedMs: number
}

/** A request with questions to the store. */
export class RunningRequest {
  readonly about: Request
  readonly #ended: (request: RunningRequest) => void
  readonly #began: (request: RunningRequest) => void
  readonly #controller = new AbortController()
  readonly #queries = new Set<string>()
  #cost: StoreCost = { rows: 0, bytes: 0 }

  constructor(
    about: Request,
    began: (request: RunningRequest) => void,
    ended: (request: RunningRequest) => void,
  ) {
    this.about = about
    this.#began = began
    this.#ended = ended
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ids in the store of the questions that run now. */
  get queryIds(): readonly string[] {
    return [...this.#queries]
  }

  /** Of the questions that have been answered. */
  get cost(): StoreCost {
    return this.#cost
  }

  /** A question begins, or whatever else keeps the request in the list. */
  begin(queryId: string): (cost?: StoreCost) => void {
    if (this.#queries.size === 0) this.#began(this)
    this.#queries.add(queryId)
    return (cost = { rows: 0, bytes: 0 }) => {
      this.#cost = { rows: this.#cost.rows + cost.rows, bytes: this.#cost.bytes + cost.bytes }
      this.#queries.delete(queryId)
      if (this.#queries.size === 0) this.#ended(this)
    }
  }

  end(by: string): void {
    const message = `the query was ended by ${by}: ask for less, or ask again`
    this.#controller.abort(new OperatingError('QUERY_KILLED', message))
  }
}

/** The requests whose questions the store is answering, and the way to end them. Gates bound how many there are. */
export class RunningRequests {
  readonly #running = new Map<string, RunningRequest>()

  open(about: Request): RunningRequest {
    return new RunningRequest(
      about,
      request => this.#running.set(about.id, request),
      () => this.#running.delete(about.id),
    )
  }

  /** Of one tenant, or of all; the oldest first. */
  list(tenant: string | undefined): RunningRequest[] {
    const all = [...this.#running.values()]
    return all.filter(({ about }) => tenant === undefined || about.tenant === tenant)
  }

  /** False where the tenant has no such request. */
  end(id: string, tenant: string | undefined, by: string): boolean {
    const request = this.#running.get(id)
    if (request === undefined || (tenant !== undefined && request.about.tenant !== tenant)) return false
    request.end(by)
    return true
  }
}
