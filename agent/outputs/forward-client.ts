import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decode, encode } from '@msgpack/msgpack'
import { messageOf, nodeTls, parseHostPort } from '../../lib/base/index.ts'
import { FrameFinder } from '../sources/forward/frames.ts'
import { notTaken } from './refused.ts'

const maxAnswerBytes = 65_536

export interface ForwardClientOptions {
  address: string
  sharedKey: string | null
  tls: { ca: Buffer | undefined; verify: boolean } | null
  hostName: string
  timeoutMs: number
}

/** One connection to a receiver of the forward protocol; made anew after any trouble. */
export class ForwardClient {
  readonly #options: ForwardClientOptions
  #connection: { socket: Socket; answers: AsyncIterator<Buffer> } | undefined

  constructor(options: ForwardClientOptions) {
    this.#options = options
  }

  /** Sends entries, packed and gzipped, and resolves when they are acknowledged. Errors: OUTPUT_UNAVAILABLE. */
  async send(tag: string, gzippedEntries: Buffer, size: number): Promise<void> {
    const chunk = randomBytes(16).toString('base64')
    try {
      const { socket, answers } = await this.#open()
      socket.write(encode([tag, gzippedEntries, { chunk, size, compressed: 'gzip' }]))
      const answer = await this.#within(next(answers))
      if ((answer as { ack?: unknown }).ack !== chunk) throw new Error('another chunk was acknowledged')
    } catch (error) {
      this.close()
      throw notTaken(`${this.#options.address}: ${messageOf(error)}`)
    }
  }

  close(): void {
    this.#connection?.socket.destroy()
    this.#connection = undefined
  }

  async #open() {
    if (this.#connection !== undefined && !this.#connection.socket.destroyed) return this.#connection
    const { address, tls, sharedKey } = this.#options
    const { host, port } = parseHostPort(address)
    const socket =
      tls === null
        ? connect({ host, port })
        : nodeTls().connect({
            host,
            port,
            rejectUnauthorized: tls.verify,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          })
    // what goes wrong shows where its answer is awaited
    socket.on('error', () => socket.destroy())
    this.#connection = { socket, answers: frames(socket) }
    await this.#within(once(socket, tls === null ? 'connect' : 'secureConnect'))
    if (sharedKey !== null) await this.#greet(this.#connection, sharedKey)
    return this.#connection
  }

  /** HELO, PING, PONG: see the receiver's Handshake. */
  async #greet(
    { socket, answers }: { socket: Socket; answers: AsyncIterator<Buffer> },
    sharedKey: string,
  ): Promise<void> {
    const helo = (await this.#within(next(answers))) as [unknown, { nonce?: Uint8Array | string }]
    const nonce = helo[1]?.nonce ?? ''
    const salt = randomBytes(16)
    const digest = createHash('sha512')
      .update(salt)
      .update(this.#options.hostName)
      .update(typeof nonce === 'string' ? nonce : Buffer.from(nonce))
      .update(sharedKey)
      .digest('hex')
    socket.write(encode(['PING', this.#options.hostName, salt, digest, '', '']))
    const pong = (await this.#within(next(answers))) as unknown[]
    if (pong[0] !== 'PONG' || pong[1] !== true)
      throw new Error(`the shared key was refused: ${String(pong[2])}`)
  }

  async #within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), this.#options.timeoutMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function* frames(socket: Socket): AsyncGenerator<Buffer, undefined> {
  const finder = new FrameFinder(maxAnswerBytes)
  for await (const chunk of socket as AsyncIterable<Buffer>)
    for (const frame of finder.push(chunk)) yield Buffer.from(frame)
  return undefined
}

async function next(answers: AsyncIterator<Buffer>): Promise<unknown> {
  const { value, done } = await answers.next()
  if (done === true) throw new Error('the connection was closed')
  return decode(value)
}
