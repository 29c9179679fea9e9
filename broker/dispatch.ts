import { type Histogram, type Metrics, messageOf, OperatingError } from '../lib/base/index.ts'
import {
  apis,
  decodeRequest,
  decodeRequestHeader,
  encodeResponse,
  Reader,
  type RequestHeader,
} from '../lib/kafka/index.ts'
import { unsupportedAnswer } from './handlers/18-api-versions.ts'
import type { Handler, RequestContext } from './handlers/handler.ts'
import { handlerOf, handlers } from './handlers/table.ts'
import type { Connection } from './network/connection.ts'
import type { OnRequest } from './network/network.ts'
import type { Services } from './services.ts'

const apiVersionsKey = apis.apiVersions.key

/**
 * Takes each request to its handler and the answer back to its slot. Handlers begin in the order in which requests
 * arrive, also where they end in another. Hot: once per request.
 */
export class Dispatcher {
  readonly #services: Services
  readonly #advertisedFor: (connection: Connection) => { host: string; port: number }
  readonly #times: (Histogram | undefined)[] = []

  constructor(
    services: Services,
    metrics: Metrics,
    advertisedFor: (connection: Connection) => { host: string; port: number },
  ) {
    this.#services = services
    this.#advertisedFor = advertisedFor
    const description = { unit: 'ms', description: 'time from request to answer' }
    for (const { api } of handlers)
      this.#times[api.key] = metrics.histogram('millrace.broker.request_time', description, { api: api.name })
  }

  /** Errors: MALFORMED_MESSAGE, UNSUPPORTED_VERSION; the connection is then of no more use. */
  onRequest: OnRequest = (connection, buffer, start, size) => {
    const startedMs = this.#services.clock.monotonicMs()
    const reader = new Reader(buffer, start, start + size)
    const header = decodeRequestHeader(reader)
    const handler = handlerOf(header.apiKey)
    const { apiVersion } = header
    if (handler === undefined || apiVersion < handler.minVersion || apiVersion > handler.maxVersion) {
      this.#refuseVersion(connection, header)
      return
    }
    const request = decodeRequest(handler.api, apiVersion, reader)
    const released: (() => void)[] = []
    const advertisedFor = this.#advertisedFor
    const context: RequestContext = {
      services: this.#services,
      header,
      peer: connection,
      get advertised() {
        return advertisedFor(connection)
      },
      hold: () => connection.hold(size),
      onSent: release => released.push(release),
    }
    const answer = connection.openSlot(handler.overlaps)
    void this.#handle(handler, request, context, released, answer, connection).then(() =>
      this.#times[header.apiKey]?.record(this.#services.clock.monotonicMs() - startedMs),
    )
  }

  async #handle(
    handler: Handler,
    request: unknown,
    context: RequestContext,
    released: (() => void)[],
    answer: (parts: Buffer[], onSent?: () => void) => void,
    connection: Connection,
  ): Promise<void> {
    try {
      const response = await handler.handle(request, context)
      const { apiVersion, correlationId } = context.header
      const parts =
        response === undefined
          ? []
          : encodeResponse(handler.api, apiVersion, correlationId, response as never)
      if (released.length === 0) answer(parts)
      else answer(parts, () => releaseAll(released))
    } catch (error) {
      const { name } = handler.api
      this.#services.logger.error('a request failed, connection closed', {
        api: name,
        error: messageOf(error),
      })
      connection.close()
    }
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

function releaseAll(released: (() => void)[]): void {
  for (const release of released) release()
}
