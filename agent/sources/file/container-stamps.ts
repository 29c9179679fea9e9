import type { RecordDraft } from '../../records/draft.ts'
import type { Stamp } from './split/rows.ts'

/** Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/ */
const streamKey = Buffer.from('log.iostream')
const streamNames = { stdout: Buffer.from('stdout'), stderr: Buffer.from('stderr') } as const
/** The OpenTelemetry Collector leaves what Docker says of a container under this name. */
const prefix = 'attrs.'

/** Gives drafts what a container's runtime says of their lines. */
export class ContainerStamps {
  /** As in the line before: it is the same from line to line. */
  #attrs = ''
  #pairs: readonly (readonly [string, string])[] = []

  /** The line's own time wins. */
  take(draft: RecordDraft, { seconds, nanos, stream, attrs }: Stamp): void {
    if (draft.seconds < 0) {
      draft.seconds = seconds
      draft.nanos = nanos
    }
    const name = streamNames[stream]
    draft.stringAttribute(streamKey, 0, streamKey.length, name, 0, name.length)
    if (attrs !== '') this.#takeAttrs(draft, attrs)
  }

  #takeAttrs(draft: RecordDraft, attrs: string): void {
    if (attrs !== this.#attrs) {
      this.#attrs = attrs
      this.#pairs = pairsOf(attrs)
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
