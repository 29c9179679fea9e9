import type { Api, RequestHeader, RequestOf, ResponseInput } from '../../lib/kafka/index.ts'
import type { Operation, ResourceType } from '../access/acl.ts'
import type { Peer } from '../peer.ts'
import type { Services } from '../services.ts'

/** One request with what belongs to it. */
export interface RequestContext {
  readonly services: Services
  readonly header: RequestHeader
  readonly peer: Peer
  /** Host and port by which this client is to reach us. */
  readonly advertised: { host: string; port: number }
  /** Keeps the request's bytes as they are until the returned function is called; else they are gone after `handle`. */
  hold(): () => void
  /** Whether the client may do this to the resource; without a name, to the cluster. */
  may(operation: Operation, type: ResourceType, name?: string): boolean
  /** Whether there is any resource of the type it may do this to (KIP-679). */
  mayAny(operation: Operation, type: ResourceType): boolean
  /** Runs when the answer has been handed to the system. */
  onSent(release: () => void): void
}

/** One API as the broker speaks it. */
export interface Handler {
  readonly api: Api
  readonly minVersion: number
  readonly maxVersion: number
  /** What ApiVersions says; lower than `minVersion` only where clients need to be told so. */
  readonly advertisedMin: number
  /** Lower than `maxVersion` only where the versions above are not for clients. */
  readonly advertisedMax: number
  /** The next request of the connection may begin before this one is answered. */
  readonly overlaps: boolean
  /** Undefined: the request wants no answer. A rejection is a bug: it closes the connection. */
  handle(request: unknown, context: RequestContext): unknown
}

export interface HandlerOptions {
  maxVersion?: number
  advertisedMin?: number
  advertisedMax?: number
  overlaps?: boolean
}

type Answer<A extends Api> = ResponseInput<A> | undefined

/** Ties a function to its API; versions are all that the schema knows unless said otherwise. */
export function handler<A extends Api>(
  api: A,
  handle: (request: RequestOf<A>, context: RequestContext) => Answer<A> | Promise<Answer<A>>,
  options: HandlerOptions = {},
): Handler {
  const { minVersion } = api.request
  const maxVersion = options.maxVersion ?? api.request.maxVersion
  return {
    api,
    minVersion,
    maxVersion,
    advertisedMin: options.advertisedMin ?? minVersion,
    advertisedMax: options.advertisedMax ?? maxVersion,
    overlaps: options.overlaps ?? false,
    handle: (request, context) => handle(request as RequestOf<A>, context),
  }
}
