import type { RecordDraft } from '../../records/draft.ts'
import { Field } from './field.ts'
import type { DraftView } from './view.ts'

/** `{{name}}`, also as in LogQL's line_format: `{{.name}}`. */
const reference = /\{\{\s*\.?([^{}]+?)\s*\}\}/g

/**
 * A text with the values of other fields in it.
 *
 * @example
 * new Template('{{service}} on {{host}}').expand(draft, view) // => 'web on h1'
 */
export class Template {
  readonly #parts: readonly (string | Field)[]

  constructor(text: string) {
    const parts: (string | Field)[] = []
    let end = 0
    for (const found of text.matchAll(reference)) {
      parts.push(text.slice(end, found.index), new Field(found[1] as string))
      end = found.index + found[0].length
    }
    parts.push(text.slice(end))
    this.#parts = parts
  }

  expand(draft: RecordDraft, view: DraftView): string {
    let out = ''
    for (const part of this.#parts) out += typeof part === 'string' ? part : part.text(draft, view)
    return out
  }
}
