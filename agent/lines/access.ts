import type { RecordDraft } from '../records/draft.ts'
import { AccessFields, endOfQuoted, endOfWord } from './access-fields.ts'
import { endOfDigits } from './time/digits.ts'

const sizeKey = Buffer.from('http.response.body.size')
const clientKey = Buffer.from('client.address')
const userKey = Buffer.from('user.name')
const serverKey = Buffer.from('server.address')
const refererKey = Buffer.from('http.request.header.referer')
const agentKey = Buffer.from('user_agent.original')

/**
 * Reads the access lines of web servers and proxies from their bracketed time on: Apache's common and combined format,
 * which nginx and most others write too, Envoy's and HAProxy's.
 */
export class AccessLines {
  readonly #fields: AccessFields
  #at = 0
  #status = 0
  #start = 0
  #stop = 0

  constructor(out: RecordDraft) {
    this.#fields = new AccessFields(out)
  }

  /**
   * `bracket` is that before the time, `at` that behind it. False where what follows is no request and answer: nothing
   * is written then.
   */
  read(bytes: Buffer, start: number, bracket: number, at: number, end: number): boolean {
    if (bytes[at] !== 0x5d || bytes[at + 1] !== 0x20) return false
    if (bytes[at + 2] !== 0x22) return this.#haproxy(bytes, start, bracket, at + 2, end)
    const request = at + 3
    const requestEnd = endOfQuoted(bytes, request, end)
    if (requestEnd >= end || !this.#readStatus(bytes, requestEnd + 1, end)) return false
    this.#fields.request(bytes, request, requestEnd)
    this.#fields.status(this.#status, bytes, this.#start)
    if (bracket > start) this.#client(bytes, start, bracket)
    this.#tail(bytes, end, bracket === start)
    return true
  }

  /** ` 404` and the end of a word; its digits are left in `#start` and `#stop`. */
  #readStatus(bytes: Buffer, at: number, end: number): boolean {
    const stop = endOfDigits(bytes, at + 1, end)
    if (bytes[at] !== 0x20 || stop !== at + 4 || (stop < end && bytes[stop] !== 0x20)) return false
    this.#status = this.#fields.statusOf(bytes, at + 1, stop)
    this.#start = at + 1
    this.#at = stop
    return this.#status > 0
  }

  /** `CLIENT IDENT USER `, with the virtual host before where there are four words. */
  #client(bytes: Buffer, start: number, bracket: number): void {
    let first = start
    const words = wordsOf(bytes, start, bracket)
    if (words < 3) return
    if (words === 4) {
      const hostEnd = endOfWord(bytes, start, bracket)
      let colon = hostEnd
      while (colon > start && bytes[colon] !== 0x3a) colon--
      this.#fields.text(serverKey, bytes, start, colon > start ? colon : hostEnd)
      first = hostEnd + 1
    }
    const clientEnd = endOfWord(bytes, first, bracket)
    this.#fields.given(clientKey, bytes, first, clientEnd)
    const identEnd = endOfWord(bytes, clientEnd + 1, bracket)
    // the name of a user may hold spaces: it ends where the bracket begins
    this.#fields.given(userKey, bytes, identEnd + 1, bracket - 1)
  }

  /** What follows the status: the size, referer and agent, or Envoy's flags and numbers with the agent second. */
  #tail(bytes: Buffer, end: number, isEnvoy: boolean): void {
    const size = this.#at + 1
    const sizeEnd = endOfDigits(bytes, size, end)
    const isSize = sizeEnd > size && (sizeEnd === end || bytes[sizeEnd] === 0x20)
    if (isSize) this.#fields.size(sizeKey, bytes, size, sizeEnd)
    const isFlags = isEnvoy && !isSize
    if (!this.#quoted(bytes, size, end)) return
    this.#fields.given(isFlags ? clientKey : refererKey, bytes, this.#start, this.#stop)
    if (this.#quoted(bytes, this.#stop + 1, end)) this.#fields.given(agentKey, bytes, this.#start, this.#stop)
    if (!isFlags || !this.#quoted(bytes, this.#stop + 1, end)) return
    if (this.#quoted(bytes, this.#stop + 1, end))
      this.#fields.given(serverKey, bytes, this.#start, this.#stop)
  }

  /** The next text in quotes, whose ends are left in `#start` and `#stop`. */
  #quoted(bytes: Buffer, from: number, end: number): boolean {
    let at = from
    while (at < end && bytes[at] !== 0x22) at++
    this.#start = at + 1
    this.#stop = endOfQuoted(bytes, at + 1, end)
    return this.#stop < end
  }

  /** ` FRONTEND BACKEND/SERVER 0/0/0/1/1 STATUS SIZE … "REQUEST"`; the client with its port stands before the time. */
  #haproxy(bytes: Buffer, start: number, bracket: number, at: number, end: number): boolean {
    const backend = endOfWord(bytes, at, end) + 1
    const timers = endOfWord(bytes, backend, end) + 1
    const timersEnd = endOfWord(bytes, timers, end)
    if (slashesIn(bytes, timers, timersEnd) !== 4 || !this.#readStatus(bytes, timersEnd, end)) return false
    const size = this.#at + 1
    this.#fields.status(this.#status, bytes, this.#start)
    const sizeEnd = endOfDigits(bytes, size, end)
    this.#fields.size(sizeKey, bytes, size, sizeEnd)
    if (this.#quoted(bytes, size, end)) this.#fields.request(bytes, this.#start, this.#stop)
    let colon = bracket - 1
    while (colon > start && bytes[colon] !== 0x3a && bytes[colon] !== 0x2f) colon--
    if (colon > start) this.#fields.text(clientKey, bytes, start, colon)
    return true
  }
}

function wordsOf(bytes: Buffer, start: number, end: number): number {
  let words = 0
  for (let at = start; at < end; at++) if (bytes[at] === 0x20) words++
  return words
}

function slashesIn(bytes: Buffer, start: number, end: number): number {
  let slashes = 0
  for (let at = start; at < end; at++) if (bytes[at] === 0x2f) slashes++
  return slashes
}
