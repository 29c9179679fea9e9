import { type Document, LineCounter, parseDocument, YAMLMap, YAMLSeq } from 'yaml'

/** YAML that people write, with the places of what stands in it, so that what is wrong can be told with its place. */
export class PlacedYaml {
  readonly #document: Document
  readonly #lines = new LineCounter()

  /** `merge`: whether `<<` takes in another map, as YAML 1.1 has it. */
  constructor(text: string, { merge = false } = {}) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge })
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
