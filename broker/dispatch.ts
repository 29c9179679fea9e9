import { type Metrics, messageOf, OperatingError } from '../lib/base/index.ts'
import {
  apis,
  decodeRequest,
  decodeRequestHeader,
  encodeResponse,
  type Part,
  Reader,
  type RequestHeader,
} from '../lib/kafka/index.ts'
import { unsupportedAnswer } from './handlers/18-api-versions.ts'
import type { Handler } from './handlers/handler.ts'
import { handlerOf, handlers } from './handlers/table.ts'
import { RequestTimes } from './metrics/request-times.ts'
import { answerBareToken } from './network/bare-tokens.ts'
import type { Connection } from './network/connection.ts'
import type { OnRequest } from './network/network.ts'
import { Throttle } from './quotas/throttle.ts'
import { Request } from './request.ts'
import type { Services } from './services.ts'

const apiVersionsKey = apis.apiVersions.key
/** What someone may ask who has not said yet who it is. */
const beforeAuthentication: ReadonlySet<number> = new Set([
  apiVersionsKey,
  apis.saslHandshake.key,
  apis.saslAuthenticate.key,
])

/**
 * Takes each request to its handler and the answer back to its slot. Handlers begin in the order in which requests
 * arrive, also where they end in another. Hot: once per request.
 */
export class Dispatcher {
  readonly #services: Services
  readonly #advertisedFor: (connection: Connection) => { host: string; port: number }
  readonly #times: RequestTimes
  readonly #throttle: Throttle

  constructor(
    services: Services,
    metrics: Metrics,
    advertisedFor: (connection: Connection) => { host: string; port: number },
  ) {
    this.#services = services
    this.#throttle = new Throttle(services.quotas, services.clock)
    this.#advertisedFor = advertisedFor
    this.#times = new RequestTimes(metrics, services.clock, handlers)
  }

  /** Errors: MALFORMED_MESSAGE, UNSUPPORTED_VERSION; the connection is then of no more use. */
  onRequest: OnRequest = (connection, buffer, start, size) => {
    const startedMs = this.#services.clock.monotonicMs()
    if (connection.session.hasBareTokens) {
      void answerBareToken(connection, Buffer.from(buffer.subarray(start, start + size)))
      return
    }
    const reader = new Reader(buffer, start, start + size)
    const header = decodeRequestHeader(reader)
    this.#checkAuthentication(connection, header.apiKey)
    const handler = handlerOf(header.apiKey)
    const { apiVersion } = header
    if (handler === undefined || apiVersion < handler.minVersion || apiVersion > handler.maxVersion) {
      this.#refuseVersion(connection, header)
      return
    }
    const body = decodeRequest(handler.api, apiVersion, reader)
    const request = new Request(this.#services, header, connection, size, this.#advertisedFor)
    const answer = connection.openSlot(handler.overlaps)
    const handled = handle(handler, body, request)
    const threadMs = this.#services.clock.monotonicMs() - startedMs
    void this.#answer(handler, handled, request, { producedBytes: size, threadMs }, answer).then(() =>
      this.#times.record(header.apiKey, this.#services.clock.monotonicMs() - startedMs),
    )
  }

  async #answer(
    handler: Handler,
    handled: unknown,
    request: Request,
    used: { producedBytes: number; threadMs: number },
    answer: (parts: Part[], onSent?: () => void) => void,
  ): Promise<void> {
    try {
      const response = await handled
      const parts = response === undefined ? [] : this.#encode(handler, request, response)
      if (this.#throttle.isIdle) answer(parts, request.sent)
      else answer(this.#charge(handler, request, used, response, parts), request.sent)
    } catch (error) {
      const { name } = handler.api
      this.#services.logger.error('a request failed, connection closed', {
        api: name,
        error: messageOf(error),
      })
      request.peer.close()
    }
  }

  #encode(handler: Handler, { header }: Request, response: unknown): Part[] {
    return encodeResponse(handler.api, header.apiVersion, header.correlationId, response as never)
  }

  /** Counts the request against the client's quotas; one that is over them is told, and not read for as long (KIP-219). */
  #charge(
    handler: Handler,
    request: Request,
    { producedBytes, threadMs }: { producedBytes: number; threadMs: number },
    response: unknown,
    parts: Part[],
  ): Part[] {
    const { peer, header } = request
    const usage = {
      producedBytes: handler.api.key === apis.produce.key ? producedBytes : 0,
      fetchedBytes: handler.api.key === apis.fetch.key ? totalBytes(parts) : 0,
      threadMs,
    }
    // what a handler has counted itself stands in its answer
    const own = (response as { throttleTimeMs?: number } | undefined)?.throttleTimeMs ?? 0
    const throttleTimeMs = Math.max(
      own,
      this.#throttle.charge(peer.session.principal, header.clientId, usage),
    )
    if (throttleTimeMs === 0) return parts
    peer.pause(throttleTimeMs, this.#services.deadlines)
    if (response === undefined) return parts
    return this.#encode(handler, request, { ...(response as object), throttleTimeMs })
  }

  #checkAuthentication({ session }: Connection, apiKey: number): void {
    if (beforeAuthentication.has(apiKey)) return
    if (session.endsAtMs !== undefined && session.endsAtMs < this.#services.clock.nowMs())
      throw new OperatingError(
        'NOT_AUTHENTICATED',
        `the token of ${session.principal} has ended: renew it in time`,
      )
    if (session.isAuthenticated) return
    const message = `api ${apiKey} before authentication: listener ${session.listener.name} asks for SASL ${session.listener.sasl.join(', ')}`
    throw new OperatingError('NOT_AUTHENTICATED', message)
  }

  #refuseVersion(connection: Connection, header: RequestHeader): void {
    if (header.apiKey !== apiVersionsKey) {
      const what = `api ${header.apiKey} version ${header.apiVersion}`
      throw new OperatingError(
        'UNSUPPORTED_VERSION',
        `${what} is not spoken here, ask ApiVersions for what is`,
      )
    }
    const answer = connection.openSlot()
    answer(encodeResponse(apis.apiVersions, 0, header.correlationId, unsupportedAnswer(handlers)))
  }
}

/** A handler that throws rejects. What it does before it first waits is done when this returns. */
async function handle(handler: Handler, body: unknown, request: Request): Promise<unknown> {
  return await handler.handle(body, request)
}

function totalBytes(parts: Part[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}
