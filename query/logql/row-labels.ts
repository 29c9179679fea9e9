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

/** A line's labels as Loki's users see them; by its own key an attribute is found too. */
export class RowLabels implements BaseLabels {
  readonly #labels = new Map<string, Entry>()

  constructor(row: LabelledRow) {
    const { service, host, level } = row
    for (const [name, value] of [
      ['service_name', service],
      ['service', service],
      ['host', host],
      ['level', level],
      ['detected_level', level],
    ] as const)
      this.#add(name, value, 'stream')
    const ofResource = row.scope === pushedScope ? 'stream' : 'structured'
    for (const [key, value] of Object.entries(row.resource)) this.#add(labelOf(key), value, ofResource)
    for (const [key, value] of Object.entries(row.attributes)) this.#add(labelOf(key), value, 'structured')
    this.#add('trace_id', row.traceId, 'structured')
    this.#add('span_id', row.spanId, 'structured')
  }

  get(name: string): string {
    return (this.#labels.get(name) ?? this.#labels.get(labelOf(name)))?.[0] ?? ''
  }

  has(name: string): boolean {
    return this.#labels.has(name)
  }

  *all(): Generator<readonly [string, string, LabelCategory]> {
    for (const [name, [value, category]] of this.#labels) yield [name, value, category]
  }

  #add(name: string, value: string, category: LabelCategory): void {
    if (value !== '' && !this.#labels.has(name)) this.#labels.set(name, [value, category])
  }
}
