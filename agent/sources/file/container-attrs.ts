import type { RecordDraft } from '../../records/draft.ts'

/** The OpenTelemetry Collector leaves them under this name. */
const prefix = 'attrs.'

/** What Docker says of a container in each of its lines: the same from line to line. */
export class ContainerAttrs {
  #text = ''
  #pairs: readonly (readonly [string, string])[] = []

  add(draft: RecordDraft, text: string): void {
    if (text !== this.#text) {
      this.#text = text
      this.#pairs = pairsOf(text)
    }
    for (const [key, value] of this.#pairs) draft.textAttribute(prefix + key, value)
  }
}

/** None where it is not an object of texts, which stands in the original all the same. */
function pairsOf(text: string): [string, string][] {
  try {
    const pairs = Object.entries(JSON.parse(text) as object)
    return pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
