import {
  LabelName,
  labelOfFields,
  numberOf,
  parseLogQuery,
  predicateOfFields,
} from '../../lib/logql/index.ts'
import { type DecodedLog, decodeLogs } from '../../lib/otlp/index.ts'
import { labelName } from '../metrics/names.ts'
import type { RecordPosition } from '../rows/position.ts'
import { kindOf, type RollupDefinition, windowsOf } from './definition.ts'
import { type Partial, WindowTable } from './window-table.ts'

/** Counts lines by one definition. Costs some microseconds a line: paid only where there are definitions. */
export class RollupCounter {
  readonly definition: RollupDefinition
  /** That were counted since it was cleared. */
  lines = 0
  readonly #matches: (log: DecodedLog) => boolean
  readonly #by: readonly { name: string; label: LabelName }[]
  readonly #field: LabelName | undefined
  readonly #kind: ReturnType<typeof kindOf>['kind']
  #tables: WindowTable[] = []

  constructor(definition: RollupDefinition) {
    this.definition = definition
    this.#matches = predicateOfFields(parseLogQuery(definition.where))
    this.#by = definition.by.map(text => ({ name: labelName(text), label: new LabelName(text) }))
    const { kind, field } = kindOf(definition)
    this.#kind = kind
    this.#field = field === undefined ? undefined : new LabelName(field)
    this.clear()
  }

  clear(): void {
    this.lines = 0
    const { maxSeries } = this.definition
    this.#tables = windowsOf(this.definition).map(window => new WindowTable(window, maxSeries))
  }

  add(log: DecodedLog): void {
    if (!this.#matches(log)) return
    const value = this.#valueOf(log)
    if (value === undefined) return
    this.lines++
    const labels = this.#by.map(({ name, label }) => [name, labelOfFields(log, label)] as const)
    this.#tables[0]?.add({
      key: JSON.stringify(labels),
      labels,
      start: Number(log.timestamp / 1_000_000_000n),
      count: 1,
      sum: value,
      min: value,
      max: value,
    })
  }

  /** The windows of every length, coarser ones added up from the finest. */
  finish(): { seconds: number; name: WindowTable['window']['name']; partials: Partial[] }[] {
    const [finest, ...coarser] = this.#tables
    const partials = finest?.partials ?? []
    for (const table of coarser) for (const partial of partials) table.add(partial)
    return this.#tables.map(({ window, partials: found }) => ({
      seconds: window.seconds,
      name: window.name,
      partials: found,
    }))
  }

  #valueOf(log: DecodedLog): number | undefined {
    if (this.#field !== undefined) return numberOf(labelOfFields(log, this.#field))
    return this.#kind === 'bytes' ? Buffer.byteLength(log.body) : 1
  }
}

/**
 * The lines of one request, whole or not at all: throws a WireError where it is invalid. `isLeftOut`: asked of each line by its
 * place among them.
 */
export function countRequest(
  counters: readonly RollupCounter[],
  request: Buffer,
  position: RecordPosition,
  isLeftOut: (index: number) => boolean = () => false,
): void {
  const logs = [...decodeLogs(request, position.timestampMs)]
  for (const log of logs) if (!isLeftOut(log.index)) for (const counter of counters) counter.add(log)
}
