interface Entry<T> {
  word: Buffer
  value: T
}

/**
 * Looks up words in bytes, ASCII case aside, without making a string: by length and first letter, then by comparing.
 *
 * @example
 * const table = new WordTable([['error', 17]])
 * table.find(Buffer.from('an ERROR'), 3, 8) // => 17
 */
export class WordTable<T> {
  readonly longest: number
  readonly #slots: Entry<T>[][] = []

  constructor(words: Iterable<readonly [string, T]>) {
    let longest = 0
    for (const [text, value] of words) {
      const word = Buffer.from(text.toLowerCase())
      longest = Math.max(longest, word.length)
      const slot = slotOf(word.length, word[0] as number)
      const entries = this.#slots[slot] ?? []
      entries.push({ word, value })
      this.#slots[slot] = entries
    }
    this.longest = longest
  }

  find(bytes: Buffer, start: number, end: number): T | undefined {
    const length = end - start
    if (length === 0 || length > this.longest) return undefined
    const entries = this.#slots[slotOf(length, bytes[start] as number)]
    if (entries === undefined) return undefined
    for (const entry of entries) if (isSame(bytes, start, entry.word)) return entry.value
    return undefined
  }
}

function slotOf(length: number, first: number): number {
  return length * 32 + (first & 31)
}

function isSame(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[start + i] as number
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    if (lower !== word[i]) return false
  }
  return true
}
