import { createHmac } from 'node:crypto'
import { WireWriter } from '../../../lib/otlp/index.ts'
import type { Redactor } from './redactor.ts'
import { TriggerScanner } from './triggers.ts'

/** What is put in the place of a secret; `match` is it in its normal form. */
export type Marker = (kind: string, match: string) => string

/** Digits of a hash that are shown: 64 bits, enough to tell values apart. */
const hashDigits = 16

/** `[redacted:card]`, or a text of one's own with `{{kind}}`. */
export function maskMarker(text: string): Marker {
  return kind => text.replaceAll('{{kind}}', kind)
}

/** `[card:9f86d081884c7d65]`: the same for the same secret, and nobody without the key can try which it was (RFC 2104). */
export function hashMarker(key: string): Marker {
  return (kind, match) => {
    const digest = createHmac('sha256', key).update(match).digest('hex')
    return `[${kind}:${digest.slice(0, hashDigits)}]`
  }
}

interface Match {
  start: number
  end: number
  redactor: Redactor
}

/**
 * Replaces secrets in texts. Nearly all texts hold none: one pass over the bytes for the triggers of all kinds, and a
 * step over the digits, say so. Costs about 1.5 ns for each byte then; guarded by `npm run bench agent-transforms`.
 */
export class TextRedactor {
  readonly #redactors: readonly Redactor[]
  readonly #marker: Marker
  readonly #scanner: TriggerScanner
  /** Bits of the kinds with triggers. */
  readonly #triggered: number
  readonly #out = new WireWriter(4096)
  /** No part of the text that was looked at last, however it is cut out of it, holds a secret. */
  isPartless = false
  /** Whether a look at a text says all of its parts. */
  readonly #seesParts: boolean

  constructor(redactors: readonly Redactor[], marker: Marker) {
    this.#redactors = redactors
    this.#marker = marker
    this.#scanner = new TriggerScanner(redactors.map(redactor => redactor.triggers))
    this.#triggered = redactors.reduce(
      (bits, { triggers }, i) => (triggers.length > 0 ? bits | (1 << i) : bits),
      0,
    )
    this.#seesParts = redactors.every(redactor => redactor.seesParts)
  }

  /** The text without secrets, from 0 to `length` in `bytes`, until the next call; false where it has none. */
  redact(bytes: Buffer, start: number, end: number): boolean {
    const kinds = this.#kindsIn(bytes, start, end)
    this.isPartless = kinds === 0 && this.#seesParts
    if (kinds === 0) return false
    const matches = this.#matches(kinds, bytes, start, end)
    if (matches.length === 0) return false
    this.#write(matches, bytes, start, end)
    return true
  }

  get bytes(): Buffer {
    return this.#out.bytes
  }

  get length(): number {
    return this.#out.position
  }

  /** Which kinds a text may hold, as bits. */
  #kindsIn(bytes: Buffer, start: number, end: number): number {
    let kinds = this.#triggered === 0 ? 0 : this.#scanner.scan(bytes, start, end)
    for (let i = 0; i < this.#redactors.length; i++)
      if (this.#redactors[i]?.mayHold?.(bytes, start, end)) kinds |= 1 << i
    return kinds
  }

  /** By place; of those that overlap the first, and of those that begin together the longest. */
  #matches(kinds: number, bytes: Buffer, start: number, end: number): Match[] {
    const found: Match[] = []
    for (const [i, redactor] of this.#redactors.entries()) {
      if ((kinds & (1 << i)) === 0) continue
      for (let from = start; redactor.find(bytes, start, from, end); from = redactor.matchEnd)
        found.push({ start: redactor.matchStart, end: redactor.matchEnd, redactor })
    }
    found.sort((a, b) => a.start - b.start || b.end - a.end)
    let last = start
    return found.filter(match => {
      const isApart = match.start >= last
      if (isApart) last = match.end
      return isApart
    })
  }

  #write(matches: readonly Match[], bytes: Buffer, start: number, end: number): void {
    const out = this.#out
    out.reset()
    let copied = start
    for (const match of matches) {
      this.#copy(bytes, copied, match.start)
      const text = match.redactor.normal(bytes.toString('utf8', match.start, match.end))
      const marker = this.#marker(match.redactor.kind, text)
      this.#put(isJsonNumber(bytes, match, start, end) ? JSON.stringify(marker) : marker)
      copied = match.end
    }
    this.#copy(bytes, copied, end)
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    this.#out.ensure(end - start)
    this.#out.position += bytes.copy(this.#out.bytes, this.#out.position, start, end)
  }

  #put(text: string): void {
    const out = this.#out
    out.ensure(text.length * 3)
    out.position += out.bytes.write(text, out.position)
  }
}

/** A value in JSON without quotes: the marker needs them. */
function isJsonNumber(bytes: Buffer, match: Match, start: number, end: number): boolean {
  const first = bytes[start]
  if (first !== 0x7b && first !== 0x5b) return false
  let before = match.start - 1
  while (before > start && bytes[before] === 0x20) before--
  let after = match.end
  while (after < end && bytes[after] === 0x20) after++
  const opens = bytes[before] === 0x3a || bytes[before] === 0x2c || bytes[before] === 0x5b
  const closes = bytes[after] === 0x2c || bytes[after] === 0x7d || bytes[after] === 0x5d
  return opens && closes && isInteger(bytes, match)
}

function isInteger(bytes: Buffer, { start, end }: Match): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < 0x30 || byte > 0x39) return false
  }
  return true
}
