import { type Document, LineCounter, parseAllDocuments, parseDocument, YAMLMap, YAMLSeq } from 'yaml'

interface Options {
  /** Whether `<<` takes in another map, as YAML 1.1 has it. */
  merge?: boolean
}

/** YAML that people write, with the places of what stands in it, so that what is wrong can be told with its place. */
export class PlacedYaml {
  readonly #document: Document
  readonly #lines: LineCounter

  private constructor(document: Document, lines: LineCounter) {
    this.#document = document
    this.#lines = lines
  }

  static of(text: string, options: Options = {}): PlacedYaml {
    const lineCounter = new LineCounter()
    return new PlacedYaml(parseDocument(text, { ...options, lineCounter }), lineCounter)
  }

  /** Of a text that may have several, with `---` between them; an empty text has none. */
  static all(text: string, options: Options = {}): PlacedYaml[] {
    const lineCounter = new LineCounter()
    const documents = parseAllDocuments(text, { ...options, lineCounter })
    return Array.from(documents as Document[], document => new PlacedYaml(document, lineCounter))
  }

  /** Why it is no YAML, and where; undefined where it is. */
  get broken(): { place: string; message: string } | undefined {
    const [error] = this.#document.errors
    if (error === undefined) return undefined
    return { place: this.#placed(error.pos[0]), message: error.message.split('\n')[0] ?? error.message }
  }

  value(): unknown {
    return this.#document.toJS()
  }

  /** `line:column` of the deepest node that a path leads to, 1-based. */
  placeOf(path: readonly PropertyKey[]): string {
    let node: unknown = this.#document.contents
    let at = startOf(node) ?? 0
    for (const key of path) {
      node =
        node instanceof YAMLMap || node instanceof YAMLSeq
          ? node.get(key as string | number, true)
          : undefined
      at = startOf(node) ?? at
    }
    return this.#placed(at)
  }

  #placed(at: number): string {
    const { line, col } = this.#lines.linePos(at)
    return `${line}:${col}`
  }
}

function startOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] } | undefined)?.range
  return range?.[0]
}
