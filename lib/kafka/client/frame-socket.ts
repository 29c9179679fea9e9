import { createConnection, type Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { nodeTls } from '../../base/index.ts'
import { FrameReader } from './frame-reader.ts'
import { brokerSpeaksTls } from './security/tls-problem.ts'

const connectTimeoutMs = 5_000
const requestTimeoutMs = 30_000
const highestId = 0x7fff_ffff
/** Handshake, alert and their like, of any version of TLS. Source: RFC 8446, section 5.1. */
const tlsRecord = { first: 0x14, last: 0x17, major: 3 } as const

interface Waiting {
  resolve(frame: Buffer): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** One socket to a broker: requests go out in the order of the calls, answers are told apart by their correlation id. */
export class FrameSocket {
  readonly #socket: Socket
  readonly #frames = new FrameReader(frame => this.#answer(frame))
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #hasHeard = false
  #isOpen = true

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#take(chunk as Buffer))
    socket.on('error', error => this.#end(error))
    socket.on('close', () => this.#end(new Error('it hung up')))
  }

  /** Rejects with what socket or TLS say, where that takes longer than five seconds, and when the signal is aborted. */
  static async dial(
    host: string,
    port: number,
    tls: ConnectionOptions | undefined,
    signal: AbortSignal,
  ): Promise<FrameSocket> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket =
      tls === undefined ? createConnection({ host, port }) : nodeTls().connect({ ...tls, host, port })
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${connectTimeoutMs / 1000} s`)),
      connectTimeoutMs,
    )
    socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve)
    socket.once('error', reject)
    const giveUp = () => socket.destroy(new Error('the client was closed'))
    signal.addEventListener('abort', giveUp)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
    socket.off('error', reject)
    return new FrameSocket(socket)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Sends the frame that `partsOf` makes for a correlation id, and gives the answer without its length. */
  request(partsOf: (correlationId: number) => readonly Uint8Array[]): Promise<Buffer> {
    const id = this.#lastId === highestId ? 0 : this.#lastId + 1
    this.#lastId = id
    const parts = partsOf(id)
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    const late = () => this.#end(new Error(`no answer within ${requestTimeoutMs / 1000} s`))
    this.#waiting.set(id, { resolve, reject, timer: setTimeout(late, requestTimeoutMs) })
    if (!this.#isOpen) this.#end(new Error('it hung up'))
    else this.#write(parts)
    return promise
  }

  /** What is unanswered is rejected with this error. */
  destroy(error: Error): void {
    this.#end(error)
  }

  /** Lets go of what is unanswered. */
  async close(): Promise<void> {
    if (this.#socket.closed) return
    const closed = new Promise<void>(resolve => this.#socket.once('close', () => resolve()))
    this.#end(new Error('the connection was closed'))
    await closed
  }

  #write(parts: readonly Uint8Array[]): void {
    this.#socket.cork()
    for (const part of parts) this.#socket.write(part)
    this.#socket.uncork()
  }

  #take(chunk: Buffer): void {
    try {
      if (!this.#hasHeard && isTlsRecord(chunk)) throw new Error(brokerSpeaksTls)
      this.#hasHeard = true
      this.#frames.take(chunk)
    } catch (error) {
      this.#end(error as Error)
    }
  }

  #answer(frame: Buffer): void {
    const id = frame.readInt32BE(0)
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) throw new Error('it answers what was not asked')
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve(frame)
  }

  #end(error: Error): void {
    this.#isOpen = false
    // what nobody waits for may still go out; a broker that does not read must not keep us
    if (this.#waiting.size === 0) this.#socket.destroySoon()
    else this.#socket.destroy()
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.#waiting.clear()
  }
}

function isTlsRecord(chunk: Buffer): boolean {
  const [type = 0, major] = chunk
  return type >= tlsRecord.first && type <= tlsRecord.last && major === tlsRecord.major
}
