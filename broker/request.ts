import type { RequestHeader } from '../lib/kafka/index.ts'
import { clusterName, type Operation, type ResourceType } from './access/acl.ts'
import type { RequestContext } from './handlers/handler.ts'
import type { Connection } from './network/connection.ts'
import type { Services } from './services.ts'

/** One request as its handler sees it. */
export class Request implements RequestContext {
  readonly services: Services
  readonly header: RequestHeader
  readonly peer: Connection
  readonly #size: number
  readonly #addressOf: (connection: Connection) => { host: string; port: number }
  #released: (() => void)[] | undefined

  constructor(
    services: Services,
    header: RequestHeader,
    peer: Connection,
    size: number,
    addressOf: (connection: Connection) => { host: string; port: number },
  ) {
    this.services = services
    this.header = header
    this.peer = peer
    this.#size = size
    this.#addressOf = addressOf
  }

  get advertised(): { host: string; port: number } {
    return this.#addressOf(this.peer)
  }

  hold(): () => void {
    return this.peer.hold(this.#size)
  }

  onSent(release: () => void): void {
    this.#released ??= []
    this.#released.push(release)
  }

  /** To be called when the answer has been handed to the system; undefined where nobody asked. */
  get sent(): (() => void) | undefined {
    const released = this.#released
    return released && (() => releaseAll(released))
  }

  may(operation: Operation, type: ResourceType, name: string = clusterName): boolean {
    const { authorizer } = this.services
    if (!authorizer.isEnabled) return true
    const { session, host } = this.peer
    return authorizer.may(session.principal, host.slice(1), operation, type, name)
  }

  mayAny(operation: Operation, type: ResourceType): boolean {
    const { session, host } = this.peer
    return this.services.authorizer.mayAny(session.principal, host.slice(1), operation, type)
  }
}

function releaseAll(released: (() => void)[]): void {
  for (const release of released) release()
}
