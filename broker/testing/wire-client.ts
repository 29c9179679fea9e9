import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseHostPort } from '../../lib/base/index.ts'
import {
  type Api,
  decodeResponse,
  encodeRequest,
  type RequestInput,
  type ResponseOf,
} from '../../lib/kafka/index.ts'

interface Waiting {
  api: Api
  version: number
  resolve: (body: unknown) => void
  reject: (error: Error) => void
}

/** One connection that says exactly what a test wants it to: any version, any bytes, any number at once. */
export class WireClient {
  readonly socket: Socket
  readonly closed: Promise<void>
  /** Correlation ids in the order in which answers came. */
  readonly answered: number[] = []
  #received: Buffer = Buffer.alloc(0)
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1

  private constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('data', data => this.#onData(data))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('connection closed'))
    })
  }

  static async open(address: string): Promise<WireClient> {
    const { host, port } = parseHostPort(address)
    const socket = connect({ host, port, noDelay: true })
    await once(socket, 'connect')
    return new WireClient(socket)
  }

  send<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    // nobody would tell that no answer comes
    if (this.socket.destroyed) return Promise.reject(new Error('connection closed'))
    const id = this.#nextId++
    this.socket.write(encodeRequest(api, version, id, 'test', body))
    return new Promise<ResponseOf<A>>((resolve, reject) => {
      this.#waiting.set(id, { api, version, resolve: body => resolve(body as ResponseOf<A>), reject })
    })
  }

  close(): void {
    this.socket.destroy()
  }

  #onData(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0)
      if (this.#received.length < end) return
      this.#onFrame(this.#received.subarray(4, end))
      this.#received = this.#received.subarray(end)
    }
  }

  #onFrame(frame: Buffer): void {
    const id = frame.readInt32BE(0)
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) throw new Error(`nobody waits for answer ${id}`)
    this.#waiting.delete(id)
    this.answered.push(id)
    waiting.resolve(decodeResponse(waiting.api, waiting.version, Buffer.from(frame)).body)
  }
}
