import { type BaseLabels, type LabelCategory, labelOf } from '../../lib/logql/index.ts'
import type { LogRow } from '../logs.ts'

/** The scope of lines that were pushed to Loki's API: their resource is the labels of their stream. */
export const pushedScope = 'millrace.loki'

/** What labels are made of. */
export type LabelledRow = Pick<
  LogRow,
  'service' | 'host' | 'level' | 'resource' | 'attributes' | 'traceId' | 'spanId'
> & { scope?: string }

type Entry = readonly [value: string, category: LabelCategory]

/**
 * A line's labels as Loki's users see them: what was pushed with labels has these, `service_name` and `detected_level`, as in
 * Loki; all else has service, host and level. By its own key an attribute is found too.
 */
export class RowLabels implements BaseLabels {
  readonly #labels = new Map<string, Entry>()
  /** What every line may be asked for, whether or not it is one of its labels. */
  readonly #row: LabelledRow

  constructor(row: LabelledRow) {
    this.#row = row
    const { service, host, level } = row
    const isPushed = row.scope === pushedScope
    if (!isPushed)
      this.#addAll({ service_name: service, service, host, level, detected_level: level }, 'stream')
    for (const [key, value] of Object.entries(row.resource))
      if (!isPushed) this.#add(labelOf(key), value, 'structured')
      else if (/^\w+$/.test(key)) this.#add(key, value, 'stream')
    if (isPushed) {
      this.#add('service_name', service, 'stream')
      this.#add('detected_level', level, 'structured')
    }
    for (const [key, value] of Object.entries(row.attributes)) this.#add(labelOf(key), value, 'structured')
    this.#addAll({ trace_id: row.traceId, span_id: row.spanId }, 'structured')
  }

  get(name: string): string {
    const found = this.#labels.get(name) ?? this.#labels.get(labelOf(name))
    if (found !== undefined) return found[0]
    const { service, host, level } = this.#row
    if (name === 'level') return level
    if (name === 'host') return host
    return name === 'service' ? service : ''
  }

  has(name: string): boolean {
    return this.#labels.has(name)
  }

  isBeside(name: string): boolean {
    return this.#labels.get(name)?.[1] === 'structured'
  }

  *all(): Generator<readonly [string, string, LabelCategory]> {
    for (const [name, [value, category]] of this.#labels) yield [name, value, category]
  }

  #addAll(labels: Readonly<Record<string, string>>, category: LabelCategory): void {
    for (const [name, value] of Object.entries(labels)) this.#add(name, value, category)
  }

  #add(name: string, value: string, category: LabelCategory): void {
    if (value !== '' && !this.#labels.has(name)) this.#labels.set(name, [value, category])
  }
}
