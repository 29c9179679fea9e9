import type { RecordDraft } from '../records/draft.ts'

const methodKey = Buffer.from('http.request.method')
const pathKey = Buffer.from('url.path')
const queryKey = Buffer.from('url.query')
const urlKey = Buffer.from('url.full')
const versionKey = Buffer.from('network.protocol.version')
const statusKey = Buffer.from('http.response.status_code')

/** More digits than a size has are no size. */
const mostDigits = 15
const longestMethod = 20

/**
 * Writes what an access line tells of a request and its answer, by OpenTelemetry's names; the level is that of the answer: 5xx an
 * error, 4xx a warning, else information. Source: https://opentelemetry.io/docs/specs/semconv/http/
 */
export class AccessFields {
  readonly #out: RecordDraft

  constructor(out: RecordDraft) {
    this.#out = out
  }

  /** Three digits that are a status: it is answered; 0 for anything else. */
  statusOf(bytes: Buffer, start: number, end: number): number {
    if (end - start !== 3) return 0
    const status = wholeOf(bytes, start, end)
    return status >= 100 && status < 600 ? status : 0
  }

  status(status: number, bytes: Buffer, start: number): void {
    this.#out.setSeverity(status >= 500 ? 17 : status >= 400 ? 13 : 9, bytes, start, start)
    this.integer(statusKey, status)
  }

  /** `METHOD TARGET HTTP/VERSION`; a client that speaks something else leaves its bytes there. */
  request(bytes: Buffer, start: number, end: number): void {
    const methodEnd = endOfMethod(bytes, start, end)
    if (methodEnd === start || bytes[methodEnd] !== 0x20) return
    this.text(methodKey, bytes, start, methodEnd)
    const slash = versionOf(bytes, methodEnd, end)
    if (slash >= 0) this.text(versionKey, bytes, slash + 1, end)
    this.target(bytes, methodEnd + 1, slash < 0 ? end : slash - 5)
  }

  method(bytes: Buffer, start: number, end: number): void {
    this.text(methodKey, bytes, start, end)
  }

  /** A path with its query, or a whole address. */
  target(bytes: Buffer, start: number, end: number): void {
    if (end <= start) return
    if (bytes[start] !== 0x2f && bytes[start] !== 0x2a) {
      this.text(urlKey, bytes, start, end)
      return
    }
    let mark = start
    while (mark < end && bytes[mark] !== 0x3f) mark++
    this.text(pathKey, bytes, start, mark)
    if (mark + 1 < end) this.query(bytes, mark + 1, end)
  }

  query(bytes: Buffer, start: number, end: number): void {
    this.given(queryKey, bytes, start, end)
  }

  /** Digits alone; nothing for anything else. */
  size(key: Buffer, bytes: Buffer, start: number, end: number): void {
    const size = end > start && end - start <= mostDigits ? wholeOf(bytes, start, end) : -1
    if (size >= 0) this.integer(key, size)
  }

  /** Nothing for an empty text and for `-`. */
  given(key: Buffer, bytes: Buffer, start: number, end: number): void {
    if (end > start && (end - start > 1 || bytes[start] !== 0x2d)) this.text(key, bytes, start, end)
  }

  text(key: Buffer, bytes: Buffer, start: number, end: number): void {
    this.#out.stringAttribute(key, 0, key.length, bytes, start, end)
  }

  integer(key: Buffer, value: number): void {
    this.#out.integerAttribute(key, 0, key.length, value)
  }
}

/** `start` where no method stands there. */
export function endOfMethod(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] as number) >= 0x41 && (bytes[at] as number) <= 0x5a) at++
  return at - start > longestMethod ? start : at
}

/** -1 where it is not digits alone. */
export function wholeOf(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

export function endOfWord(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x20) at++
  return at
}

/** The quote that closes a text; `end` or more where there is none. */
export function endOfQuoted(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at
}

/** The slash in the ` HTTP/1.1` at the end of a request; -1 where there is none (HTTP/0.9). */
function versionOf(bytes: Buffer, from: number, end: number): number {
  let at = end - 1
  while (at > from && bytes[at] !== 0x2f && bytes[at] !== 0x20) at--
  const isVersion = at - 5 >= from && bytes[at] === 0x2f && bytes[at - 5] === 0x20 && bytes[at - 4] === 0x48
  return isVersion && bytes[at - 1] === 0x50 ? at : -1
}
