import type { LogQuery } from './ast.ts'
import { compilePredicate } from './evaluate.ts'
import { LabelName } from './label-name.ts'
import { type BaseLabels, type LabelCategory, labelOf } from './pipeline/labels.ts'
import { compilePipeline } from './pipeline/pipeline.ts'
import { isFilterQuery } from './pushable.ts'
import { type LineScope, scopeLabels, scopeText } from './scope-labels.ts'
import type { LogView, Needle } from './view.ts'

/** A log line with everything in it as text: what the API hands out. */
export interface LogFields extends LineScope {
  service: string
  host: string
  level: string
  body: string
  traceId: string
  spanId: string
  attributes: Readonly<Record<string, string>>
  resource: Readonly<Record<string, string>>
}

/** Whether a line is asked for, of lines whose fields are all there. Takes every stage. */
export function predicateOfFields(query: LogQuery): (fields: LogFields) => boolean {
  if (!isFilterQuery(query)) return predicateOfStages(query)
  const matches = compilePredicate(query)
  const view = new FieldsView()
  return fields => {
    view.fields = fields
    return matches(view)
  }
}

function predicateOfStages(query: LogQuery): (fields: LogFields) => boolean {
  const pipeline = compilePipeline(query, 'exclude')
  const base = new FieldsLabels()
  return fields => {
    base.fields = fields
    return pipeline(fields.body, base, 0n) !== undefined
  }
}

const noFields: LogFields = {
  service: '',
  host: '',
  level: '',
  body: '',
  traceId: '',
  spanId: '',
  attributes: {},
  resource: {},
}

/** Labels of a line by any name that stands for them. */
class FieldsLabels implements BaseLabels {
  fields: LogFields = noFields

  get(name: string): string {
    return labelOfFields(this.fields, new LabelName(name))
  }

  has(name: string): boolean {
    return this.get(name) !== ''
  }

  isBeside(name: string): boolean {
    return new LabelName(name).column === undefined && this.has(name)
  }

  *all(): Generator<readonly [name: string, value: string, category: LabelCategory]> {
    const { service, host, level, attributes, resource } = this.fields
    for (const [name, value] of Object.entries({ service, host, level }))
      if (value !== '') yield [name, value, 'stream']
    for (const record of [scopeLabels(this.fields), resource, attributes])
      for (const [name, value] of Object.entries(record)) yield [labelOf(name), value, 'structured']
  }
}

class FieldsView implements LogView {
  fields: LogFields = noFields

  label(name: LabelName): string {
    return labelOfFields(this.fields, name)
  }

  line(): string {
    return this.fields.body
  }

  includes(needle: Needle): boolean {
    return this.fields.body.includes(needle.text)
  }
}

/** A label's value; '' where the line lacks it. What is said of the resource is not hidden by a field of the line. */
export function labelOfFields(fields: LogFields, name: LabelName): string {
  if (name.column !== undefined) return fields[name.column] || otherId(fields, name)
  const found = attributeOf(fields, name)
  return found === '' && name.scopePart !== undefined ? scopeText(fields, name.scopePart) : found
}

function attributeOf({ attributes, resource }: LogFields, name: LabelName): string {
  const exact = own(resource, name.text) || own(attributes, name.text)
  if (exact || !name.isSanitized) return exact ?? ''
  return sanitized(resource, name) || sanitized(attributes, name)
}

function otherId(fields: LogFields, { otherId: other }: LabelName): string {
  if (other === undefined) return ''
  const found = labelOfFields(fields, other.name)
  return other.ownPattern.test(found) ? '' : found
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function sanitized(record: Readonly<Record<string, string>>, name: LabelName): string {
  for (const key in record) if (record[key] && name.standsFor(key)) return record[key]
  return ''
}
