import { goQuoted } from '../../base/index.ts'
import { TemplateError } from '../../go-template/index.ts'
import type { LineFormatStage } from '../ast.ts'
import type { StageKind } from './kind.ts'
import { LabelTemplate, templateProblem } from './label-template.ts'

/** `| line_format "{{.method}} {{.path}}"`: another line, made of labels. Source: LogQL, line format expression. */
export const lineFormat: StageKind<LineFormatStage> = {
  name: 'line_format',
  parse: tokens => {
    const text = tokens.string('a template')
    const problem = templateProblem(text.text)
    if (problem !== undefined) throw tokens.error(`not a template: ${problem}`, text)
    return { kind: 'line_format', template: text.text }
  },
  format: ({ template }) => `| line_format ${goQuoted(template)}`,
  compile: stage => {
    const template = new LabelTemplate(stage.template)
    return (line, labels) => {
      try {
        return template.expand(line, labels)
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        labels.fail('TemplateFormatErr', error.message)
        return line
      }
    }
  },
}
