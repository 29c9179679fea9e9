import type { LogQuery } from './ast.ts'
import { compilePredicate } from './evaluate.ts'
import type { LabelName } from './label-name.ts'
import type { LogView, Needle } from './view.ts'

/** A log line with everything in it as text: what the API hands out. */
export interface LogFields {
  service: string
  host: string
  level: string
  body: string
  traceId: string
  spanId: string
  attributes: Readonly<Record<string, string>>
  resource: Readonly<Record<string, string>>
}

/** As `compilePredicate`, for lines whose fields are all there. */
export function predicateOfFields(query: LogQuery): (fields: LogFields) => boolean {
  const matches = compilePredicate(query)
  const view = new FieldsView()
  return fields => {
    view.fields = fields
    return matches(view)
  }
}

class FieldsView implements LogView {
  fields: LogFields = {
    service: '',
    host: '',
    level: '',
    body: '',
    traceId: '',
    spanId: '',
    attributes: {},
    resource: {},
  }

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

/** A label's value; '' where the line lacks it. */
export function labelOfFields(fields: LogFields, name: LabelName): string {
  if (name.column !== undefined) return fields[name.column]
  const { attributes, resource } = fields
  const exact = own(attributes, name.text) || own(resource, name.text)
  if (exact || !name.isSanitized) return exact ?? ''
  return sanitized(attributes, name) || sanitized(resource, name)
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function sanitized(record: Readonly<Record<string, string>>, name: LabelName): string {
  for (const key in record) if (record[key] && name.standsFor(key)) return record[key]
  return ''
}
