type Part = { literal: string } | { capture: string }

/**
 * Text with captures between: `<name>`, and `<_>` for what is not wanted. Source: Loki pkg/logql/log/pattern.
 *
 * @example
 * new LinePattern('<_> took <ms> ms').matches('GET /x took 5 ms') // => true
 */
export class LinePattern {
  readonly #parts: readonly Part[]

  constructor(text: string) {
    this.#parts = partsOf(text)
  }

  /** What is wrong with it as a parser. */
  captureProblem(): string | undefined {
    const names = this.#parts.flatMap(part =>
      'capture' in part && part.capture !== '_' ? [part.capture] : [],
    )
    if (names.length === 0) return 'at least one named capture is needed, as in <path>'
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice !== undefined) return `the capture <${twice}> is there twice`
    return this.lineProblem()
  }

  /** What is wrong with it as a filter: names are of no use there. */
  filterProblem(): string | undefined {
    const named = this.#parts.find(part => 'capture' in part && part.capture !== '_')
    if (named !== undefined && 'capture' in named)
      return `a filter has no names: write <_> for <${named.capture}>`
    return this.lineProblem()
  }

  lineProblem(): string | undefined {
    const beside = this.#parts.some(
      (part, i) => 'capture' in part && 'capture' in (this.#parts[i + 1] ?? { literal: '' }),
    )
    return beside ? 'two captures need a text between them' : undefined
  }

  /** Takes captures up to where the line has another form. */
  capture(line: string, take: (name: string, value: string) => void): void {
    let at = this.#start(line)
    for (const [i, part] of this.#parts.entries()) {
      if (at === undefined) return
      if ('literal' in part) continue
      const { end, next } = this.#endOf(i, line, at)
      if (part.capture !== '_') take(part.capture, line.slice(at, end))
      at = next
    }
  }

  /** Where a capture ends, and the one behind it begins; undefined where the line ends first. */
  #endOf(i: number, line: string, from: number): { end?: number; next: number | undefined } {
    const part = this.#parts[i + 1]
    if (part === undefined || !('literal' in part)) return { next: undefined }
    const end = line.indexOf(part.literal, from)
    return end < 0 ? { next: undefined } : { end, next: end + part.literal.length }
  }

  /** Behind the text that it begins with; undefined where the line begins otherwise. */
  #start(line: string): number | undefined {
    const [first] = this.#parts
    if (line === '' || first === undefined) return undefined
    if (!('literal' in first)) return 0
    return line.startsWith(first.literal) ? first.literal.length : undefined
  }

  /**
   * Whether a line has this form: each text is looked for where it first is, the first one anywhere, and no capture is empty.
   * A text at the end ends the line.
   */
  matches(line: string): boolean {
    const last = this.#parts.at(-1)
    if (line === '' || last === undefined) return line === '' && last === undefined
    let at = 0
    for (const [i, part] of this.#parts.entries()) {
      if (!('literal' in part)) continue
      const found = line.indexOf(part.literal, at)
      if (found < 0 || (i > 0 && found === at)) return false
      at = found + part.literal.length
    }
    return 'capture' in last === at < line.length
  }
}

function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const found of text.matchAll(/<([a-zA-Z_][a-zA-Z0-9_]*)>/g)) {
    if (found.index > at) parts.push({ literal: text.slice(at, found.index) })
    parts.push({ capture: found[1] as string })
    at = found.index + found[0].length
  }
  if (at < text.length) parts.push({ literal: text.slice(at) })
  return parts
}
