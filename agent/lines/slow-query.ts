import type { RecordDraft } from '../records/draft.ts'
import type { TimeReader } from './time/reader.ts'

const timeHead = Buffer.from('# Time: ')
const userHead = Buffer.from('# User@Host: ')
const setTimestamp = Buffer.from('SET timestamp=')
const use = Buffer.from('use ')
const userKey = Buffer.from('user.name')
const clientKey = Buffer.from('client.address')
const databaseKey = Buffer.from('db.namespace')
const statementKey = Buffer.from('db.query.text')
/** `  Lock_time: 0.000123`: names are the server's own, which differ between MySQL, Percona and MariaDB. */
const pair = /([A-Za-z]\w*): +(\S+)/g
const longestComment = 2048

/**
 * Reads a record of MySQL's or MariaDB's slow query log, whose lines the trace rules join:
 *
 *   # Time: 2026-11-28T17:07:26.123456Z
 *   # User@Host: shop[shop] @ web-1 [10.0.0.5]  Id:     8
 *   # Query_time: 2.000123  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0
 *   use shop;
 *   SET timestamp=1795885644;
 *   SELECT SLEEP(2);
 *
 * Source: https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html
 */
export class SlowQueries {
  readonly #out: RecordDraft
  readonly #time: TimeReader
  #hasUser = false
  #hasTime = false

  constructor(out: RecordDraft, time: TimeReader) {
    this.#out = out
    this.#time = time
  }

  /** False where it is no such record: what was written must then be taken back. */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.#hasUser = this.#hasTime = false
    let at = start
    while (at < end && bytes[at] === 0x23) at = this.#comment(bytes, at, end)
    if (!this.#hasUser) return false
    this.#statement(bytes, at, end)
    return true
  }

  /** Answers where the next line begins. */
  #comment(bytes: Buffer, start: number, end: number): number {
    const { stop, next } = lineAt(bytes, start, end)
    if (begins(bytes, start, stop, timeHead)) {
      this.#hasTime = this.#time.read(bytes, start + timeHead.length, stop)
      if (this.#hasTime) this.#keepTime()
    } else if (begins(bytes, start, stop, userHead)) this.#user(bytes, start + userHead.length, stop)
    else if (this.#hasUser) this.#pairs(bytes, start, stop)
    return next
  }

  /** `shop[shop] @ web-1 [10.0.0.5]  Id:     8`: the name that was asked for, of the host its address. */
  #user(bytes: Buffer, start: number, stop: number): void {
    this.#hasUser = true
    const bracket = bytes.indexOf(0x5b, start)
    if (bracket < 0 || bracket >= stop) return
    this.#text(userKey, bytes, start, bracket)
    const at = bytes.indexOf(' @ ', bracket)
    if (at < 0 || at >= stop) return
    const open = bytes.indexOf(0x5b, at)
    const close = bytes.indexOf(0x5d, at)
    if (open < 0 || close < open || close >= stop) return
    if (close > open + 1) this.#text(clientKey, bytes, open + 1, close)
    else this.#text(clientKey, bytes, at + 3, endOfText(bytes, at + 3, open))
    this.#pairs(bytes, close + 1, stop)
  }

  #pairs(bytes: Buffer, start: number, stop: number): void {
    const text = bytes.toString('utf8', start, Math.min(stop, start + longestComment))
    for (const [, name = '', value = ''] of text.matchAll(pair)) this.#out.textAttribute(name, value)
  }

  /** What follows the comments, without the lines that say where and when it was asked. */
  #statement(bytes: Buffer, from: number, end: number): void {
    let at = from
    for (;;) {
      const { stop, next } = lineAt(bytes, at, end)
      if (begins(bytes, at, stop, use))
        this.#text(databaseKey, bytes, at + use.length, endOfStatement(bytes, at, stop))
      else if (begins(bytes, at, stop, setTimestamp)) this.#timestamp(bytes, at + setTimestamp.length, stop)
      else break
      at = next
    }
    this.#text(statementKey, bytes, at, endOfStatement(bytes, at, end))
  }

  /** When it began; when it was written is surer, where that is said. */
  #timestamp(bytes: Buffer, start: number, stop: number): void {
    if (!this.#hasTime && this.#time.readValue(bytes, start, endOfStatement(bytes, start, stop)))
      this.#keepTime()
  }

  #keepTime(): void {
    this.#out.seconds = this.#time.seconds
    this.#out.nanos = this.#time.nanos
  }

  #text(key: Buffer, bytes: Buffer, start: number, stop: number): void {
    if (stop > start) this.#out.stringAttribute(key, 0, key.length, bytes, start, stop)
  }
}

function lineAt(bytes: Buffer, start: number, end: number): { stop: number; next: number } {
  const feed = bytes.indexOf(0x0a, start)
  if (feed < 0 || feed >= end) return { stop: end, next: end }
  return { stop: bytes[feed - 1] === 0x0d ? feed - 1 : feed, next: feed + 1 }
}

function begins(bytes: Buffer, start: number, stop: number, word: Buffer): boolean {
  return stop - start >= word.length && bytes.compare(word, 0, word.length, start, start + word.length) === 0
}

/** Without blanks, line ends and the semicolon behind it. */
function endOfStatement(bytes: Buffer, start: number, end: number): number {
  const stop = endOfText(bytes, start, end)
  return stop > start && bytes[stop - 1] === 0x3b ? stop - 1 : stop
}

function endOfText(bytes: Buffer, start: number, end: number): number {
  let stop = end
  while (stop > start && (bytes[stop - 1] as number) <= 0x20) stop--
  return stop
}
