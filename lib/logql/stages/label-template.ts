import { GoTemplate, TemplateError } from '../../go-template/index.ts'
import type { LineLabels } from '../pipeline/labels.ts'
import { templateFunctions } from '../template/functions.ts'
import { Moment } from '../template/moment.ts'

/** `{{.name}}`, without functions and without marks that take blanks away. */
const plainLabel = /\{\{\s*\.([a-zA-Z_]\w*)\s*\}\}/

/**
 * A template over the labels of a line, with LogQL's functions. Hot: once a line. What is made of texts and labels alone needs
 * no template, nor all labels of the line.
 */
export class LabelTemplate {
  readonly #template: GoTemplate
  /** Text and label in turn; undefined where there is more to it. */
  readonly #pieces: readonly string[] | undefined
  #line = ''
  #timestampNs = 0n

  constructor(text: string) {
    const pieces = text.split(plainLabel)
    this.#pieces = pieces.some((piece, i) => i % 2 === 0 && piece.includes('{{')) ? undefined : pieces
    this.#template = new GoTemplate(text, {
      ...templateFunctions,
      __line__: () => this.#line,
      __timestamp__: () => new Moment(this.#timestampNs),
    })
  }

  /** Errors: TemplateError. */
  expand(line: string, labels: LineLabels): string {
    if (this.#pieces !== undefined) return together(this.#pieces, labels)
    this.#line = line
    this.#timestampNs = labels.timestampNs
    return this.#template.expand(labels.record())
  }
}

function together(pieces: readonly string[], labels: LineLabels): string {
  let text = ''
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as string
    text += i % 2 === 0 ? piece : labels.get(piece)
  }
  return text
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
