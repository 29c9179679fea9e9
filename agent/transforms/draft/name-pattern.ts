import { compileRe2, type Re2 } from '../../../lib/re2/index.ts'

/** Names of attributes as rules list them: as they are, or with `*` for any characters. */
export class NamePatterns {
  readonly #exact: readonly Buffer[]
  readonly #patterns: readonly Re2[]

  constructor(names: readonly string[]) {
    this.#exact = names.filter(name => !name.includes('*')).map(name => Buffer.from(name))
    this.#patterns = names
      .filter(name => name.includes('*'))
      .map(name => compileRe2(name.split('*').map(quoted).join('.*'), { anchored: true }))
  }

  has(bytes: Buffer, start: number, end: number): boolean {
    for (const name of this.#exact)
      if (name.length === end - start && bytes.compare(name, 0, name.length, start, end) === 0) return true
    if (this.#patterns.length === 0) return false
    const key = bytes.toString('utf8', start, end)
    return this.#patterns.some(pattern => pattern.test(key))
  }
}

function quoted(text: string): string {
  return text.replaceAll(/[^\w]/gu, char => (char < '\x80' ? `\\${char}` : char))
}
