import type { RecordDraft } from '../../records/draft.ts'
import { beginOfKey, endOfKey } from './cloud.ts'
import { byteClass, endOf, indexOfText, type Redactor } from './redactor.ts'

/** Services and hosts of which a key may be open at one time. */
const maxOpen = 256
/** A key of 16,384 bits has 200 lines. */
const maxLines = 300
/** Records of something else that may come between the lines of one. */
const maxOthers = 20
/** Shorter runs are words, unless they stand where the lines before did. */
const shortestRun = 16

const base64 = byteClass('0-9', 'A-Z', 'a-z', '+/=')

interface Block {
  lines: number
  others: number
  /** Where in a record the lines of the key begin; -1: none came yet. */
  column: number
}

/**
 * A private key may come as one record a line, as syslog and the lines of containers have it. From its first line on the
 * base64 in records of the same service and host is taken for its lines, up to its last.
 */
export class KeyBlocks implements Redactor {
  readonly kind = 'cloud'
  readonly triggers = []
  readonly seesParts = false
  matchStart = 0
  matchEnd = 0
  readonly #open = new Map<string, Block>()
  #column = -1

  get isAnyOpen(): boolean {
    return this.#open.size > 0
  }

  /** A body that held a secret: a key that begins in it, and does not end, is open from now on. */
  look(stream: string, bytes: Buffer, start: number, end: number): void {
    const first = lastIndexOf(bytes, start, end, beginOfKey)
    if (first < 0 || indexOfText(bytes, first, end, endOfKey, false) < 0) return
    const head = indexOfText(bytes, first, end, endOfKey, false) + endOfKey.length
    if (indexOfText(bytes, head, end, endOfKey, false) >= 0) return
    if (this.#open.size >= maxOpen) this.#open.clear()
    this.#open.set(stream, { lines: 0, others: 0, column: -1 })
  }

  /** Whether the next record of a service and host may be a line of a key; then it is looked for by `find`. */
  enter(stream: string, { body }: RecordDraft): boolean {
    const block = this.#open.get(stream)
    if (block === undefined) return false
    this.#column = block.column
    const { bytes, start, end } = body
    const isLine = this.find(bytes, start, start, end)
    if (isLine) block.column = this.matchStart - start
    block.lines++
    block.others = isLine ? 0 : block.others + 1
    const isLast = indexOfText(bytes, start, end, endOfKey, false) >= 0
    if (isLast || block.lines >= maxLines || block.others >= maxOthers) this.#open.delete(stream)
    return true
  }

  mayHold(): boolean {
    return true
  }

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      if (base64[bytes[at] as number] !== 1) continue
      const stop = endOf(base64, bytes, at, end)
      const isLast = stop === end && at - start === this.#column
      if (stop - at >= shortestRun || isLast) {
        this.matchStart = at
        this.matchEnd = stop
        return true
      }
      at = stop
    }
    return false
  }

  normal(match: string): string {
    return match
  }
}

function lastIndexOf(bytes: Buffer, start: number, end: number, text: string): number {
  const found = bytes.subarray(start, end).lastIndexOf(text)
  return found < 0 ? -1 : start + found
}
