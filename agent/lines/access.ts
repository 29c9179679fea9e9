import type { RecordDraft } from '../records/draft.ts'
import { endOfDigits } from './time/digits.ts'

const methodKey = Buffer.from('http.request.method')
const pathKey = Buffer.from('url.path')
const queryKey = Buffer.from('url.query')
const urlKey = Buffer.from('url.full')
const versionKey = Buffer.from('network.protocol.version')
const statusKey = Buffer.from('http.response.status_code')
const sizeKey = Buffer.from('http.response.body.size')
const clientKey = Buffer.from('client.address')
const userKey = Buffer.from('user.name')
const serverKey = Buffer.from('server.address')
const refererKey = Buffer.from('http.request.header.referer')
const agentKey = Buffer.from('user_agent.original')

/** More digits than a size has are no size. */
const mostDigits = 15
const longestMethod = 20

/**
 * Reads the access lines of web servers and proxies from their bracketed time on: Apache's common and combined format,
 * which nginx and most others write too, Envoy's and HAProxy's. Fields become attributes by OpenTelemetry's names; the
 * level is that of the answer: 5xx an error, 4xx a warning, else information.
 * Source: https://opentelemetry.io/docs/specs/semconv/http/
 */
export class AccessLines {
  readonly #out: RecordDraft
  #at = 0
  #status = 0
  #start = 0
  #stop = 0

  constructor(out: RecordDraft) {
    this.#out = out
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
    this.#request(bytes, request, requestEnd)
    this.#writeStatus(bytes)
    if (bracket > start) this.#client(bytes, start, bracket)
    this.#tail(bytes, end, bracket === start)
    return true
  }

  /** ` 404` and the end of a word; its digits are left in `#start` and `#stop`. */
  #readStatus(bytes: Buffer, at: number, end: number): boolean {
    const stop = endOfDigits(bytes, at + 1, end)
    if (bytes[at] !== 0x20 || stop !== at + 4 || (stop < end && bytes[stop] !== 0x20)) return false
    this.#status = numberOf(bytes, at + 1, stop)
    this.#start = at + 1
    this.#at = stop
    return this.#status >= 100 && this.#status < 600
  }

  #writeStatus(bytes: Buffer): void {
    const status = this.#status
    this.#out.setSeverity(status >= 500 ? 17 : status >= 400 ? 13 : 9, bytes, this.#start, this.#start)
    this.#integer(statusKey, status)
  }

  /** `METHOD TARGET HTTP/VERSION`; a client that speaks something else leaves its bytes there. */
  #request(bytes: Buffer, start: number, end: number): void {
    let methodEnd = start
    while (methodEnd < end && isCapital(bytes[methodEnd] as number)) methodEnd++
    const length = methodEnd - start
    if (length === 0 || length > longestMethod || bytes[methodEnd] !== 0x20) return
    this.#text(methodKey, bytes, start, methodEnd)
    const slash = versionOf(bytes, methodEnd, end)
    const targetEnd = slash < 0 ? end : slash - 5
    if (slash >= 0) this.#text(versionKey, bytes, slash + 1, end)
    this.#target(bytes, methodEnd + 1, targetEnd)
  }

  #target(bytes: Buffer, start: number, end: number): void {
    if (end <= start) return
    if (bytes[start] !== 0x2f && bytes[start] !== 0x2a) {
      this.#text(urlKey, bytes, start, end)
      return
    }
    let mark = start
    while (mark < end && bytes[mark] !== 0x3f) mark++
    this.#text(pathKey, bytes, start, mark)
    if (mark + 1 < end) this.#text(queryKey, bytes, mark + 1, end)
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
      this.#text(serverKey, bytes, start, colon > start ? colon : hostEnd)
      first = hostEnd + 1
    }
    const clientEnd = endOfWord(bytes, first, bracket)
    this.#given(clientKey, bytes, first, clientEnd)
    const identEnd = endOfWord(bytes, clientEnd + 1, bracket)
    // the name of a user may hold spaces: it ends where the bracket begins
    this.#given(userKey, bytes, identEnd + 1, bracket - 1)
  }

  /** What follows the status: the size, referer and agent, or Envoy's flags and numbers with the agent second. */
  #tail(bytes: Buffer, end: number, isEnvoy: boolean): void {
    const size = this.#at + 1
    const sizeEnd = endOfDigits(bytes, size, end)
    const isSize =
      sizeEnd > size && sizeEnd - size <= mostDigits && (sizeEnd === end || bytes[sizeEnd] === 0x20)
    if (isSize) this.#integer(sizeKey, numberOf(bytes, size, sizeEnd))
    const isFlags = isEnvoy && !isSize
    if (!this.#quoted(bytes, size, end)) return
    this.#given(isFlags ? clientKey : refererKey, bytes, this.#start, this.#stop)
    if (this.#quoted(bytes, this.#stop + 1, end)) this.#given(agentKey, bytes, this.#start, this.#stop)
    if (!isFlags || !this.#quoted(bytes, this.#stop + 1, end)) return
    if (this.#quoted(bytes, this.#stop + 1, end)) this.#given(serverKey, bytes, this.#start, this.#stop)
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
    this.#writeStatus(bytes)
    const sizeEnd = endOfDigits(bytes, size, end)
    if (sizeEnd > size && sizeEnd - size <= mostDigits) this.#integer(sizeKey, numberOf(bytes, size, sizeEnd))
    if (this.#quoted(bytes, size, end)) this.#request(bytes, this.#start, this.#stop)
    let colon = bracket - 1
    while (colon > start && bytes[colon] !== 0x3a && bytes[colon] !== 0x2f) colon--
    if (colon > start) this.#text(clientKey, bytes, start, colon)
    return true
  }

  /** Nothing for an empty text and for `-`. */
  #given(key: Buffer, bytes: Buffer, start: number, end: number): void {
    if (end > start && (end - start > 1 || bytes[start] !== 0x2d)) this.#text(key, bytes, start, end)
  }

  #text(key: Buffer, bytes: Buffer, start: number, end: number): void {
    this.#out.stringAttribute(key, 0, key.length, bytes, start, end)
  }

  #integer(key: Buffer, value: number): void {
    this.#out.integerAttribute(key, 0, key.length, value)
  }
}

function numberOf(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] as number) - 0x30
  return value
}

function endOfWord(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x20) at++
  return at
}

/** The quote that closes a text; `end` or more where there is none. */
function endOfQuoted(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at
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

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

/** The slash in the ` HTTP/1.1` at the end of a request; -1 where there is none (HTTP/0.9). */
function versionOf(bytes: Buffer, from: number, end: number): number {
  let at = end - 1
  while (at > from && bytes[at] !== 0x2f && bytes[at] !== 0x20) at--
  const isVersion = at - 5 >= from && bytes[at] === 0x2f && bytes[at - 5] === 0x20 && bytes[at - 4] === 0x48
  return isVersion && bytes[at - 1] === 0x50 ? at : -1
}
