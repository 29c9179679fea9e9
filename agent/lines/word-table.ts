const slots = 1024

interface Entry<T> {
  word: Buffer
  value: T
}

/**
 * Looks up words in bytes, ASCII case aside, without making a string: by length, first and last letter, then by
 * comparing.
 *
 * @example
 * const table = new WordTable([['error', 17]])
 * table.find(Buffer.from('an ERROR'), 3, 8) // => 17
 */
export class WordTable<T> {
  readonly longest: number
  readonly #slots: (Entry<T>[] | undefined)[] = Array.from({ length: slots }, () => undefined)

  constructor(words: Iterable<readonly [string, T]>) {
    let longest = 0
    for (const [text, value] of words) {
      const word = Buffer.from(text.toLowerCase())
      longest = Math.max(longest, word.length)
      const slot = slotOf(word.length, word[0] as number, word.at(-1) as number)
      const entries = this.#slots[slot] ?? []
      entries.push({ word, value })
      this.#slots[slot] = entries
    }
    this.longest = longest
  }

  find(bytes: Buffer, start: number, end: number): T | undefined {
    const length = end - start
    if (length === 0 || length > this.longest) return undefined
    const entries = this.#slots[slotOf(length, bytes[start] as number, bytes[end - 1] as number)]
    if (entries === undefined) return undefined
    for (const entry of entries) if (isSame(bytes, start, entry.word)) return entry.value
    return undefined
  }
}

/** The case of a letter is in the bit that is left out. */
function slotOf(length: number, first: number, last: number): number {
  return (length * 37 + (first & 0x1f) * 11 + (last & 0x1f)) & (slots - 1)
}

function isSame(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[start + i] as number
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    if (lower !== word[i]) return false
  }
  return true
}
