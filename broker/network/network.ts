import { createServer, type Server, type Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import {
  type Counter,
  codeOf,
  type Logger,
  listen,
  type Metrics,
  messageOf,
  OperatingError,
} from '../../lib/base/index.ts'
import type { ListenerSettings } from '../access/listeners.ts'
import { ChunkPool } from './chunk-pool.ts'
import { Connection, type SharedNetwork } from './connection.ts'

/** Request bytes of all connections that wait to be written; beyond, no socket is read. */
const maxHeldBytes = 134_217_728
/** Kafka's sasl.server.max.receive.size: all that someone unknown may make us keep. */
const maxUnauthenticatedBytes = 524_288
/** Api key, version and correlation id. */
const leastRequestBytes = 8
/** What is not answered by then is cut; clients send it again. */
const drainMs = 500

/** Takes one request: `size` bytes at `start` of `buffer`, which is used again unless the connection holds it. */
export type OnRequest = (connection: Connection, buffer: Buffer, start: number, size: number) => void

/** Says what becomes of new connections: each is served or closed, after so long. */
export interface AdmissionControl {
  admit(address: string): { isTaken: boolean; afterMs: number }
  /** One that was taken is gone. */
  closed(address: string): void
}

export interface NetworkOptions {
  maxRequestBytes: number
  idleTimeoutMs: number
  admission: AdmissionControl
  onRequest: OnRequest
  logger: Logger
  metrics: Metrics
}

/** All connections of the broker and what they share. */
export class Network implements SharedNetwork {
  readonly chunks = new ChunkPool()
  readonly bytesOut: Counter
  readonly #bytesIn: Counter
  readonly #options: NetworkOptions
  readonly #servers: (Server | TlsServer)[] = []
  readonly #connections = new Set<Connection>()
  readonly #paused = new Set<Connection>()
  /** Not served yet, or to be closed. */
  readonly #waiting = new Map<Socket, () => void>()
  #heldBytes = 0

  constructor(options: NetworkOptions) {
    const { metrics } = options
    this.#options = options
    this.bytesOut = metrics.counter('millrace.broker.network.bytes_out', {
      unit: 'By',
      description: 'bytes sent to clients',
    })
    this.#bytesIn = metrics.counter('millrace.broker.network.bytes_in', {
      unit: 'By',
      description: 'bytes of requests',
    })
    metrics.gauge(
      'millrace.broker.connections',
      { unit: '{connection}', description: 'open client connections' },
      () => this.#connections.size,
    )
  }

  /** Opens one listener; resolves to its address as taken. Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE. */
  async listen(listener: ListenerSettings): Promise<string> {
    const server = await this.#serverFor(listener)
    this.#servers.push(server)
    return await listen(server, listener.listen, listener.configKey)
  }

  async #serverFor(listener: ListenerSettings): Promise<Server | TlsServer> {
    const onConnection = (socket: Socket | TLSSocket) => this.#onConnection(socket, listener)
    if (listener.tls === null) return createServer({ pauseOnConnect: true }, onConnection)
    // loaded only where someone wants it
    const { createTlsServer } = await import('./tls-server.ts')
    return await createTlsServer(listener.name, listener.tls, onConnection, this.#options)
  }

  get idleTimeoutMs(): number {
    return this.#options.idleTimeoutMs
  }

  get maxRequestBytes(): number {
    return this.#options.maxRequestBytes
  }

  get isOverloaded(): boolean {
    return this.#heldBytes > maxHeldBytes
  }

  /** Answers what is at hand, as far as that does not take long, and closes all connections. */
  async close(): Promise<void> {
    const closed = Promise.all(
      this.#servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))),
    )
    for (const connection of this.#connections) connection.closeAfterAnswers()
    for (const [socket, end] of [...this.#waiting]) {
      socket.destroy()
      end()
    }
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.close()
    }, drainMs)
    await closed
    clearTimeout(deadline)
  }

  onRequest(connection: Connection, buffer: Buffer, start: number, size: number): void {
    this.#bytesIn.add(size + 4)
    this.#options.onRequest(connection, buffer, start, size)
  }

  checkFrameSize(connection: Connection, size: number): void {
    const { isAuthenticated } = connection.session
    const maxBytes = isAuthenticated ? this.#options.maxRequestBytes : maxUnauthenticatedBytes
    if (size >= leastRequestBytes && size <= maxBytes) return
    const most = isAuthenticated
      ? `broker.maxRequestBytes (${maxBytes})`
      : `${maxBytes} before authentication`
    const why = size < leastRequestBytes ? 'which no request is' : `more than ${most}`
    throw new OperatingError('REQUEST_SIZE_INVALID', `a request says it has ${size} bytes, ${why}`)
  }

  onMalformed(connection: Connection, error: unknown): void {
    this.#options.logger.warn('bad request, connection closed', {
      peer: connection.host,
      error: messageOf(error),
    })
  }

  onSocketError(connection: Connection, error: Error): void {
    if (codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE') return
    this.#options.logger.debug('connection failed', { peer: connection.host, error: messageOf(error) })
  }

  onPaused(connection: Connection): void {
    this.#paused.add(connection)
  }

  onHeld(bytes: number): void {
    const wasOverloaded = this.isOverloaded
    this.#heldBytes += bytes
    if (!wasOverloaded || this.isOverloaded) return
    const paused = [...this.#paused]
    this.#paused.clear()
    for (const connection of paused) connection.proceed()
  }

  onClose(connection: Connection): void {
    this.#connections.delete(connection)
    this.#options.admission.closed(connection.host.slice(1))
    this.#paused.delete(connection)
  }

  #onConnection(socket: Socket, listener: ListenerSettings): void {
    // gone before it was accepted
    if (socket.destroyed || socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    const { admission } = this.#options
    const address = socket.remoteAddress.replace(/^::ffff:/, '')
    const { isTaken, afterMs } = admission.admit(address)
    const begin = () => {
      this.#waiting.delete(socket)
      if (!isTaken) socket.destroy()
      else if (socket.destroyed) admission.closed(address)
      else this.#connections.add(new Connection(socket, this, listener))
    }
    if (afterMs === 0) begin()
    else this.#wait(socket, afterMs, begin)
  }

  /** Nothing is read of it meanwhile, so that one that its client gives up is found when its time has come. */
  #wait(socket: Socket, ms: number, begin: () => void): void {
    const onError = (error: Error) =>
      this.#options.logger.debug('connection failed', { error: messageOf(error) })
    socket.on('error', onError)
    const end = () => {
      clearTimeout(timer)
      socket.off('error', onError)
      begin()
    }
    const timer = setTimeout(end, ms)
    this.#waiting.set(socket, end)
  }
}
