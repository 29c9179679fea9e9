import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { decode, encode } from '@msgpack/msgpack'
import { OperatingError } from '../../../lib/base/index.ts'
import { invalid } from './frames.ts'

const nonceBytes = 16

export interface Greeting {
  /** The server's first words. */
  hello: Uint8Array
  /** Judges what the sender says to them, and answers. Errors: FORWARD_INVALID, FORWARD_REFUSED. */
  answer(frame: Buffer): Uint8Array
}

/**
 * The handshake by which both sides show that they know the shared key: HELO with a nonce, PING with a digest over it,
 * PONG with ours. Source: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#handshake-messages
 */
export class Handshake {
  readonly #sharedKey: string
  readonly #hostName: string

  constructor(sharedKey: string, hostName: string) {
    this.#sharedKey = sharedKey
    this.#hostName = hostName
  }

  begin(): Greeting {
    const nonce = randomBytes(nonceBytes)
    return {
      hello: encode(['HELO', { nonce, auth: '', keepalive: true }]),
      answer: frame => this.#answer(frame, nonce),
    }
  }

  #answer(frame: Buffer, nonce: Buffer): Uint8Array {
    const ping = decode(frame)
    if (!Array.isArray(ping) || ping[0] !== 'PING') throw invalid('a sender answers HELO with PING')
    const [, clientHostName, salt, digest] = ping as unknown[]
    const wanted = this.#digest(salt, String(clientHostName), nonce)
    const shown = Buffer.from(String(digest))
    if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted))
      throw new OperatingError('FORWARD_REFUSED', `the shared key of ${clientHostName} is not ours`)
    const own = this.#digest(salt, this.#hostName, nonce)
    return encode(['PONG', true, '', this.#hostName, String(own)])
  }

  #digest(salt: unknown, hostName: string, nonce: Buffer): Buffer {
    const hash = createHash('sha512')
    hash.update(typeof salt === 'string' ? salt : Buffer.from(salt as Uint8Array))
    return Buffer.from(hash.update(hostName).update(nonce).update(this.#sharedKey).digest('hex'))
  }
}
