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

  /** Behind the text that it begins with, which may stand anywhere; undefined where it does not. */
  #start(line: string): number | undefined {
    const [first] = this.#parts
    if (first === undefined || !('literal' in first)) return 0
    const found = line.indexOf(first.literal)
    return found < 0 ? undefined : found + first.literal.length
  }

  /** Whether the whole line has this form; without a capture, whether it holds the text. */
  matches(line: string): boolean {
    const [first, ...rest] = this.#parts
    if (first === undefined) return line === ''
    if (rest.length === 0) return 'capture' in first ? line !== '' : line.includes(first.literal)
    let at = 0
    if ('literal' in first) {
      if (!line.startsWith(first.literal)) return false
      at = first.literal.length
    }
    return this.#followed(line, at)
  }

  #followed(line: string, from: number): boolean {
    const literals = this.#parts
      .slice('literal' in (this.#parts[0] as Part) ? 1 : 0)
      .flatMap(part => ('literal' in part ? [part.literal] : []))
    const endsOpen = 'capture' in (this.#parts.at(-1) as Part)
    let at = from
    for (const [i, literal] of literals.entries()) {
      const isLast = i === literals.length - 1 && !endsOpen
      // a capture is never empty
      const found = isLast ? lastPlace(line, literal, at + 1) : line.indexOf(literal, at + 1)
      if (found < 0) return false
      at = found + literal.length
    }
    return endsOpen ? at < line.length : at === line.length
  }
}

function lastPlace(line: string, literal: string, from: number): number {
  const at = line.length - literal.length
  return at >= from && line.endsWith(literal) ? at : -1
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
