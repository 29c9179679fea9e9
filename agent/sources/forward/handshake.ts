import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { decode, encode } from '@msgpack/msgpack'
import { OperatingError } from '../../../lib/base/index.ts'
import { invalid } from './frames.ts'

const nonceBytes = 16

export interface TenantKey {
  /** '' for the listener's own. */
  tenant: string
  sharedKey: string
}

export interface Greeting {
  /** The server's first words. */
  hello: Uint8Array
  /** Judges what the sender says to them, answers, and says whose key it knows. Errors: FORWARD_INVALID, FORWARD_REFUSED. */
  answer(frame: Buffer): { pong: Uint8Array; tenant: string }
}

/**
 * The handshake by which both sides show that they know the shared key: HELO with a nonce, PING with a digest over it,
 * PONG with ours. Source: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#handshake-messages
 */
export class Handshake {
  readonly #keys: readonly TenantKey[]
  readonly #hostName: string

  constructor(keys: readonly TenantKey[], hostName: string) {
    this.#keys = keys
    this.#hostName = hostName
  }

  begin(): Greeting {
    const nonce = randomBytes(nonceBytes)
    return {
      hello: encode(['HELO', { nonce, auth: '', keepalive: true }]),
      answer: frame => this.#answer(frame, nonce),
    }
  }

  #answer(frame: Buffer, nonce: Buffer): { pong: Uint8Array; tenant: string } {
    const ping = decode(frame)
    if (!Array.isArray(ping) || ping[0] !== 'PING') throw invalid('a sender answers HELO with PING')
    const [, clientHostName, salt, digest] = ping as unknown[]
    const shown = Buffer.from(String(digest))
    const known = this.#keys.find(key => {
      const wanted = digestOf(salt, String(clientHostName), nonce, key)
      return shown.length === wanted.length && timingSafeEqual(shown, wanted)
    })
    if (known === undefined)
      throw new OperatingError('FORWARD_REFUSED', `the shared key of ${clientHostName} is not ours`)
    const own = digestOf(salt, this.#hostName, nonce, known)
    return { pong: encode(['PONG', true, '', this.#hostName, String(own)]), tenant: known.tenant }
  }
}

function digestOf(salt: unknown, hostName: string, nonce: Buffer, { sharedKey }: TenantKey): Buffer {
  const hash = createHash('sha512')
  hash.update(typeof salt === 'string' ? salt : Buffer.from(salt as Uint8Array))
  return Buffer.from(hash.update(hostName).update(nonce).update(sharedKey).digest('hex'))
}
