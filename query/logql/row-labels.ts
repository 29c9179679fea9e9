import {
  KnownLabels,
  type LabelCategory,
  type LineScope,
  labelOf,
  scopeParts,
  scopeText,
} from '../../lib/logql/index.ts'
import type { LogRow } from '../logs.ts'

/** The scope of lines that were pushed to Loki's API: their resource is the labels of their stream. */
export const pushedScope = 'millrace.loki'

/** What labels are made of. */
export type LabelledRow = Pick<
  LogRow,
  'service' | 'host' | 'level' | 'resource' | 'attributes' | 'traceId' | 'spanId'
> &
  LineScope

type LabelMap = Map<string, readonly [value: string, category: LabelCategory]>

/** A line's labels; by its own key an attribute is found too, and by their names what every line may be asked for. */
export class RowLabels extends KnownLabels {
  readonly #row: LabelledRow

  constructor(row: LabelledRow) {
    super(labelsOf(row))
    this.#row = row
  }

  override get(name: string): string {
    const found = super.get(name) || super.get(labelOf(name))
    if (found !== '') return found
    const { service, host, level } = this.#row
    if (name === 'level') return level
    if (name === 'host') return host
    return name === 'service' ? service : ''
  }
}

/**
 * As Loki's users see them: what was pushed with labels has these, `service_name` and `detected_level`, as in Loki; all else
 * has service, host and level.
 */
function labelsOf({
  service,
  host,
  level,
  resource,
  attributes,
  traceId,
  spanId,
  scope,
  scopeVersion,
}: LabelledRow): LabelMap {
  const labels: LabelMap = new Map()
  const add = (name: string, value: string, category: LabelCategory) => {
    if (value !== '' && !labels.has(name)) labels.set(name, [value, category])
  }
  /** Beside a label of the stream of its name it has another, as in Loki. */
  const addBeside = (name: string, value: string) => {
    const isTaken = isPushed && labels.get(name)?.[1] === 'stream'
    add(isTaken ? `${name}_extracted` : name, value, 'structured')
  }
  const isPushed = scope === pushedScope
  const own = { service_name: service, service, host, level, detected_level: level }
  if (!isPushed) for (const [name, value] of Object.entries(own)) add(name, value, 'stream')
  for (const [key, value] of Object.entries(resource))
    if (!isPushed) add(labelOf(key), value, 'structured')
    else if (/^\w+$/.test(key)) add(key, value, 'stream')
  if (isPushed) {
    add('service_name', service, 'stream')
    add('detected_level', level, 'structured')
  }
  add('trace_id', traceId, 'structured')
  add('span_id', spanId, 'structured')
  for (const [key, value] of Object.entries(attributes)) addBeside(labelOf(key), value)
  for (const [label, part] of scopeParts) add(label, scopeText({ scope, scopeVersion }, part), 'structured')
  return labels
}
