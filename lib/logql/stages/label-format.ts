import { goQuoted } from '../../base/index.ts'
import { TemplateError } from '../../go-template/index.ts'
import type { LabelFormatStage } from '../ast.ts'
import type { StageKind } from './kind.ts'
import { LabelTemplate, templateProblem } from './label-template.ts'

/** `| label_format status=code, where="{{.host}}/{{.path}}"`: labels renamed or made. Source: LogQL, labels format expression. */
export const labelFormat: StageKind<LabelFormatStage> = {
  name: 'label_format',
  parse: tokens => {
    const formats: LabelFormatStage['formats'][number][] = []
    do {
      const start = tokens.next
      const label = tokens.label('a label to write')
      tokens.expectMark('=', 'write it as in label_format a=b or a="{{.b}}"')
      if (label === '__error__') throw tokens.error(`${label} is not to be written`, start)
      if (formats.some(one => one.label === label))
        throw tokens.error(`the label ${label} is written twice in one label_format`, start)
      const value = tokens.take()
      const isTemplate = value.kind === 'string'
      if (!isTemplate && value.kind !== 'name')
        throw tokens.error('expected a label, or a template in quotes', value)
      const problem = isTemplate ? templateProblem(value.text) : undefined
      if (problem !== undefined) throw tokens.error(`not a template: ${problem}`, value)
      formats.push({ label, value: value.text, isTemplate })
    } while (tokens.takesMark(','))
    return { kind: 'label_format', formats }
  },
  format: ({ formats }) =>
    `| label_format ${formats
      .map(({ label, value, isTemplate }) => `${label}=${isTemplate ? goQuoted(value) : value}`)
      .join(',')}`,
  compile: ({ formats }) => {
    const steps = formats.map(({ label, value, isTemplate }) => ({
      label,
      from: value,
      template: isTemplate ? new LabelTemplate(value) : undefined,
    }))
    return (line, labels) => {
      for (const { label, from, template } of steps)
        try {
          if (template !== undefined) labels.set(label, template.expand(line, labels))
          else if (labels.has(from)) {
            labels.set(label, labels.get(from))
            labels.delete(from)
          }
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
          labels.fail('TemplateFormatErr', error.message)
        }
      return line
    }
  },
}
