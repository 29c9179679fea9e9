import { OperatingError, parseHostPort } from '../../base/index.ts'
import {
  type Api,
  apis,
  decodeResponse,
  encodeRequestParts,
  type RequestInput,
  type ResponseOf,
} from '../index.ts'
import { connectionFailure, remedyOf, type Stage } from './failure.ts'
import { FrameSocket } from './frame-socket.ts'
import { logIn } from './security/log-in.ts'
import type { Security } from './security/settings.ts'
import { tlsOptions } from './security/tls.ts'

/** Versions beyond these bring topic ids and requests about many groups at once, which this client does not need. */
const highestVersions: Readonly<Record<number, number>> = {
  [apis.produce.key]: 12,
  [apis.fetch.key]: 12,
  [apis.offsetCommit.key]: 9,
  [apis.offsetFetch.key]: 7,
  [apis.findCoordinator.key]: 3,
}

/** One connection to one broker, with the versions both sides speak. */
export class BrokerConnection {
  readonly address: string
  readonly #security: Security
  readonly #clientId: string
  #socket: FrameSocket | undefined
  #versions: ReadonlyMap<number, number> = new Map()
  #stage: Stage = 'dialling'

  private constructor(address: string, clientId: string, security: Security) {
    this.address = address
    this.#clientId = clientId
    this.#security = security
  }

  /**
   * Ends at once when the signal is aborted before it is open: something may listen there that never answers.
   * Errors: KAFKA_UNREACHABLE, KAFKA_TLS_FAILED, KAFKA_AUTHENTICATION_FAILED, KAFKA_FILE_UNREADABLE.
   */
  static async open(
    address: string,
    clientId: string,
    security: Security,
    signal: AbortSignal,
  ): Promise<BrokerConnection> {
    const opened = new BrokerConnection(address, clientId, security)
    const giveUp = () => opened.#socket?.destroy(new Error('the client was closed'))
    signal.addEventListener('abort', giveUp)
    try {
      await opened.#begin(signal)
      return opened
    } catch (cause) {
      await opened.close()
      throw opened.#failure(cause)
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { host, port } = parseHostPort(this.address)
    const { tls, sasl } = this.#security
    const options = tls === null ? undefined : await tlsOptions(tls, host)
    this.#socket = await FrameSocket.dial(host, port, options, signal)
    this.#stage = 'connected'
    // version 0 is understood by every broker and tells all that is needed
    const { apiKeys } = await this.#send(apis.apiVersions, 0, {})
    this.#versions = commonVersions(apiKeys)
    this.#stage = 'greeted'
    if (sasl !== null) await logIn(this.address, sasl, (api, body) => this.#ask(api, body))
  }

  get isOpen(): boolean {
    return this.#socket?.isOpen ?? false
  }

  /**
   * Errors: KAFKA_UNREACHABLE or KAFKA_TLS_FAILED when the connection breaks, KAFKA_UNSUPPORTED when the broker lacks the
   * API.
   */
  async request<A extends Api>(api: A, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const answer = await this.#ask(api, body)
    this.#stage = 'accepted'
    return answer
  }

  async #ask<A extends Api>(api: A, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const version = this.#versions.get(api.key)
    if (version === undefined)
      throw new OperatingError('KAFKA_UNSUPPORTED', `the broker ${this.address} does not speak ${api.name}`)
    try {
      return await this.#send(api, version, body)
    } catch (cause) {
      await this.close()
      throw this.#failure(cause)
    }
  }

  async #send<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const socket = this.#socket
    if (socket === undefined) throw new Error('it is not connected')
    const frame = await socket.request(
      id => encodeRequestParts(api, version, id, this.#clientId, body) as Buffer[],
    )
    return decodeResponse(api, version, frame).body
  }

  #failure(cause: unknown): OperatingError {
    if (cause instanceof OperatingError) return cause
    return connectionFailure(this.address, cause, remedyOf(this.#security, this.#stage))
  }

  async close(): Promise<void> {
    await this.#socket?.close()
  }
}

type VersionRange = ResponseOf<typeof apis.apiVersions>['apiKeys'][number]

function commonVersions(apiKeys: readonly VersionRange[]): Map<number, number> {
  const offered = new Map(apiKeys.map(range => [range.apiKey, range]))
  const common = new Map<number, number>()
  for (const api of Object.values(apis)) {
    const range = offered.get(api.key)
    if (range === undefined) continue
    const version = Math.min(range.maxVersion, api.request.maxVersion, highestVersions[api.key] ?? 99)
    if (version >= Math.max(range.minVersion, api.request.minVersion)) common.set(api.key, version)
  }
  return common
}
