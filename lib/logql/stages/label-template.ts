import { GoTemplate, TemplateError } from '../../go-template/index.ts'
import type { LineLabels } from '../pipeline/labels.ts'
import { templateFunctions } from '../template/functions.ts'
import { Moment } from '../template/moment.ts'

/** A template over the labels of a line, with LogQL's functions. */
export class LabelTemplate {
  readonly #template: GoTemplate
  /** `{{.name}}` alone, which needs no template. */
  readonly #label: string | undefined
  #line = ''
  #timestampNs = 0n

  constructor(text: string) {
    this.#label = /^\{\{\s*\.([a-zA-Z_]\w*)\s*\}\}$/.exec(text)?.[1]
    this.#template = new GoTemplate(text, {
      ...templateFunctions,
      __line__: () => this.#line,
      __timestamp__: () => new Moment(this.#timestampNs),
    })
  }

  /** Errors: TemplateError. */
  expand(line: string, labels: LineLabels): string {
    if (this.#label !== undefined) return labels.get(this.#label)
    this.#line = line
    this.#timestampNs = labels.timestampNs
    return this.#template.expand(labels.record())
  }
}

/** Why a text is no template. */
export function templateProblem(text: string): string | undefined {
  try {
    new LabelTemplate(text)
    return undefined
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}
