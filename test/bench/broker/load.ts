import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseHostPort } from '../../../lib/base/index.ts'

/** What one connection sends: a frame for its n-th request, given the size of the answer before; undefined ends it. */
export type NextFrame = (lastAnswerBytes: number) => Buffer | undefined

export interface LoadResult {
  requests: number
  bytesSent: number
  bytesReceived: number
  ms: number
  latenciesMs: number[]
}

/**
 * Drives a server with finished frames, `depth` at a time on each connection, and looks at nothing of the answers but
 * their length, so that the client costs little of what is measured.
 */
export async function load(
  address: string,
  connections: readonly NextFrame[],
  depth: number,
): Promise<LoadResult> {
  const lanes = await Promise.all(connections.map(next => Lane.open(address, next, depth)))
  const startedMs = performance.now()
  await Promise.all(lanes.map(lane => lane.run()))
  const ms = performance.now() - startedMs
  return {
    requests: lanes.reduce((sum, lane) => sum + lane.latenciesMs.length, 0),
    bytesSent: lanes.reduce((sum, lane) => sum + lane.bytesSent, 0),
    bytesReceived: lanes.reduce((sum, lane) => sum + lane.bytesReceived, 0),
    ms,
    latenciesMs: lanes.flatMap(lane => lane.latenciesMs),
  }
}

class Lane {
  bytesSent = 0
  bytesReceived = 0
  readonly latenciesMs: number[] = []
  readonly #next: NextFrame
  readonly #depth: number
  readonly #done = Promise.withResolvers<void>()
  #socket: Socket | undefined
  #sentAtMs: number[] = []
  #answerBytes = 0
  #left = -1
  readonly #head = Buffer.alloc(4)
  #headBytes = 0

  private constructor(next: NextFrame, depth: number) {
    this.#next = next
    this.#depth = depth
  }

  static async open(address: string, next: NextFrame, depth: number): Promise<Lane> {
    const lane = new Lane(next, depth)
    const { host, port } = parseHostPort(address)
    const buffer = Buffer.allocUnsafeSlow(1_048_576)
    const callback = (length: number) => {
      lane.#onBytes(buffer, length)
      return true
    }
    const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } })
    socket.on('error', error => lane.#done.reject(error))
    await once(socket, 'connect')
    lane.#socket = socket
    return lane
  }

  async run(): Promise<void> {
    this.#socket?.cork()
    for (let i = 0; i < this.#depth; i++) this.#send(0)
    this.#socket?.uncork()
    await this.#done.promise
    this.#socket?.destroy()
  }

  #send(lastAnswerBytes: number): void {
    const frame = this.#next(lastAnswerBytes)
    if (frame === undefined) {
      if (this.#sentAtMs.length === 0) this.#done.resolve()
      return
    }
    this.bytesSent += frame.length
    this.#sentAtMs.push(performance.now())
    this.#socket?.write(frame)
  }

  /** Counts frames: four bytes of length, then as many to pass over. */
  #onBytes(buffer: Buffer, length: number): void {
    this.bytesReceived += length
    this.#socket?.cork()
    for (let at = 0; at < length; )
      at = this.#left < 0 ? this.#readHead(buffer, at, length) : this.#pass(at, length)
    this.#socket?.uncork()
  }

  #readHead(buffer: Buffer, at: number, length: number): number {
    const taken = buffer.copy(this.#head, this.#headBytes, at, Math.min(length, at + 4 - this.#headBytes))
    this.#headBytes += taken
    if (this.#headBytes === 4) {
      this.#left = this.#answerBytes = this.#head.readInt32BE(0)
      this.#headBytes = 0
    }
    return at + taken
  }

  #pass(at: number, length: number): number {
    const taken = Math.min(this.#left, length - at)
    this.#left -= taken
    if (this.#left === 0) {
      this.#left = -1
      this.latenciesMs.push(performance.now() - (this.#sentAtMs.shift() ?? 0))
      this.#send(this.#answerBytes)
    }
    return at + taken
  }
}
