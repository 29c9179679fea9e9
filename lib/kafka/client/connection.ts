import { Connection, Writer } from '@platformatic/kafka'
import { OperatingError, parseHostPort } from '../../base/index.ts'
import {
  type Api,
  apis,
  decodeResponseBody,
  encodeRequestBody,
  type RequestInput,
  type ResponseOf,
} from '../index.ts'
import { connectionFailure, remedyOf, type Stage } from './failure.ts'
import { logIn } from './security/log-in.ts'
import type { Security } from './security/settings.ts'
import { tlsOptions } from './security/tls.ts'

const connectTimeoutMs = 5_000
const requestTimeoutMs = 30_000
/** More than the agent's five batches and a handful of questions never wait on one connection. */
const maxInflights = 64

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
  readonly #connection: Connection
  #versions: ReadonlyMap<number, number> = new Map()
  /** Why it broke: what the requests under way are told says no more than that it did. */
  #broke: Error | undefined
  #stage: Stage = 'dialling'

  private constructor(address: string, connection: Connection, security: Security) {
    this.address = address
    this.#connection = connection
    this.#security = security
    connection.on('error', error => {
      this.#broke ??= error
    })
  }

  /** Errors: KAFKA_UNREACHABLE, KAFKA_TLS_FAILED, KAFKA_AUTHENTICATION_FAILED, KAFKA_FILE_UNREADABLE. */
  static async open(address: string, clientId: string, security: Security): Promise<BrokerConnection> {
    const { host, port } = parseHostPort(address)
    const connection = new Connection(clientId, {
      connectTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      maxInflights,
      ...(security.tls === null ? {} : { tls: await tlsOptions(security.tls, host) }),
    })
    const opened = new BrokerConnection(address, connection, security)
    try {
      await connection.connect(host, port)
      await opened.#begin()
      return opened
    } catch (cause) {
      await opened.close()
      throw opened.#failure(cause)
    }
  }

  async #begin(): Promise<void> {
    this.#stage = 'connected'
    this.#versions = await commonVersions(this.#connection)
    this.#stage = 'greeted'
    const { sasl } = this.#security
    if (sasl !== null) await logIn(this.address, sasl, (api, body) => this.#ask(api, body))
  }

  get isOpen(): boolean {
    return this.#connection.isConnected()
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
      return await send(this.#connection, api, version, body)
    } catch (cause) {
      await this.close()
      throw this.#failure(cause)
    }
  }

  #failure(cause: unknown): OperatingError {
    if (cause instanceof OperatingError) return cause
    return connectionFailure(this.address, this.#broke ?? cause, remedyOf(this.#security, this.#stage))
  }

  async close(): Promise<void> {
    await closeQuietly(this.#connection)
  }
}

function send<A extends Api>(
  connection: Connection,
  api: A,
  version: number,
  body: RequestInput<A>,
): Promise<ResponseOf<A>> {
  const bytes = encodeRequestBody(api, version, body)
  const flexibleResponse = api.response.isFlexible(version) && api.key !== apis.apiVersions.key
  return new Promise((resolve, reject) => {
    connection.send<ResponseOf<A>>(
      api.key,
      version,
      () => Writer.create().append(bytes),
      (_, __, ___, reader) => decodeResponseBody(api, version, reader.buffer.slice()),
      api.request.isFlexible(version),
      flexibleResponse,
      (error, response) => (error === null ? resolve(response as ResponseOf<A>) : reject(error)),
    )
  })
}

/** Version 0 is understood by every broker and tells all that is needed. */
async function commonVersions(connection: Connection): Promise<Map<number, number>> {
  const { apiKeys } = await send(connection, apis.apiVersions, 0, {})
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

async function closeQuietly(connection: Connection): Promise<void> {
  try {
    await connection.close()
  } catch {
    // it was broken before: nothing is left to close
    return
  }
}
