import { isUtf8 } from 'node:buffer'

/** Where a byte that is no UTF-8 stands in a path: U+DC80 to U+DCFF, surrogates that no valid name has (as PEP 383). */
const escapeBase = 0xdc00
/** The low half of a valid pair may be of the same range: only one without its high half stands for a byte. */
const odd = /(?<![\ud800-\udbff])[\udc80-\udcff]/
const oddParts = new RegExp(`(${odd.source})`)
const oddOrBackslash = new RegExp(`${odd.source}|\\\\`, 'g')

/**
 * Names on Linux are bytes. Within the file source a path is a string that keeps all of them: what is no UTF-8 stands
 * in it as lone surrogates, so that paths can be compared, joined and stored like any other text.
 *
 * @example
 * const path = pathOf(Buffer.from([0x61, 0xff])) // => 'a\udcff'
 * shownPath(path) // => 'a\\xff'
 */
export function pathOf(name: Buffer): string {
  if (isUtf8(name)) return name.toString()
  let path = ''
  for (let at = 0; at < name.length; ) {
    const length = sequenceAt(name, at)
    path +=
      length === 0
        ? String.fromCharCode(escapeBase + (name[at] as number))
        : name.toString('utf8', at, at + length)
    at += Math.max(1, length)
  }
  return path
}

/** What the system's calls take. */
export function systemPath(path: string): string | Buffer {
  if (!isEscaped(path)) return path
  const parts = path.split(oddParts)
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - escapeBase) : Buffer.from(part))),
  )
}

/** As people and the ledger see it: valid text, always the same for the same name. */
export function shownPath(path: string): string {
  if (!isEscaped(path)) return path
  return path.replace(oddOrBackslash, unit => `\\x${(unit.charCodeAt(0) & 0xff).toString(16)}`)
}

/** The path behind what `shownPath` made of a path for which `isEscaped` was true. */
export function readShownPath(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => {
    const byte = Number.parseInt(hex, 16)
    return String.fromCharCode(byte < 0x80 ? byte : escapeBase + byte)
  })
}

/** Whether a path has bytes that are no UTF-8. */
export function isEscaped(path: string): boolean {
  return odd.test(path)
}

/** Bytes of the UTF-8 sequence at a place; 0: there is none. */
function sequenceAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4; length++)
    if (at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length))) return length
  return 0
}
