import { OperatingError } from '../../lib/base/index.ts'
import type { Binary } from './ast.ts'
import { type Column, formatLabels, labelKey, withoutName } from './column.ts'

export interface Pair {
  left: Column
  right: Column
  /** Of the result; `keepsName`: a comparison that filters keeps the name too. */
  labels: (keepsName: boolean) => Record<string, string>
}

/** The labels by which series of the two sides are partners. */
export function matching(
  { on, labels }: Binary,
  of: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = on ? of : withoutName(of)
  return Object.fromEntries(Object.entries(own).filter(([name]) => labels.includes(name) === on))
}

/**
 * Partners at one step, by their labels: one to one, or as `group_left` and `group_right` ask. Errors: QUERY_EXECUTION
 * where a side has several series for one partner and no grouping says so. Source: Prometheus querying/operators.
 */
export function* pairsAt(
  binary: Binary,
  left: readonly Column[],
  right: readonly Column[],
  step: number,
): Generator<Pair> {
  const isRightMany = binary.group?.many === 'right'
  const [manyColumns, oneColumns] = isRightMany ? [right, left] : [left, right]
  const ones = partnersOf(binary, oneColumns, step, isRightMany ? 'left' : 'right')
  const seen = new Set<string>()
  for (const column of manyColumns) {
    if (column.present[step] !== 1) continue
    const key = labelKey(matching(binary, column.labels))
    const partner = ones.get(key)
    if (partner === undefined) continue
    const labels = (keepsName: boolean) => labelsOf(binary, column, partner, keepsName)
    const met = binary.group === undefined ? key : labelKey(labels(false))
    if (seen.has(met)) throw tooMany(binary, column)
    seen.add(met)
    yield isRightMany ? { left: partner, right: column, labels } : { left: column, right: partner, labels }
  }
}

function partnersOf(
  binary: Binary,
  columns: readonly Column[],
  step: number,
  side: 'left' | 'right',
): Map<string, Column> {
  const found = new Map<string, Column>()
  for (const column of columns) {
    if (column.present[step] !== 1) continue
    const labels = matching(binary, column.labels)
    const key = labelKey(labels)
    const other = found.get(key)
    if (other !== undefined)
      throw new OperatingError(
        'QUERY_EXECUTION',
        `several series on the ${side} side match ${formatLabels(labels)}: ${formatLabels(other.labels)} and ${formatLabels(column.labels)}; match by more labels, many to many is possible only for and, or and unless`,
      )
    found.set(key, column)
  }
  return found
}

function tooMany(binary: Binary, { labels }: Column): OperatingError {
  const group = `group_${binary.group?.many ?? 'left'}`
  const message =
    binary.group === undefined
      ? `several series on the left side match ${formatLabels(matching(binary, labels))}: ask for ${group}, or group_right where they stand on the right`
      : `${group} gives several series of the same labels, as for ${formatLabels(labels)}: match by more labels`
  return new OperatingError('QUERY_EXECUTION', message)
}

function labelsOf(binary: Binary, many: Column, one: Column, keepsName: boolean): Record<string, string> {
  const own = keepsName ? { ...many.labels } : withoutName(many.labels)
  if (binary.group === undefined) return keepsName ? own : oneToOne(binary, own)
  for (const name of binary.group.include) {
    const value = one.labels[name] ?? ''
    if (value === '') delete own[name]
    else own[name] = value
  }
  return own
}

/** With `on` those alone, with `ignoring` all but those. */
function oneToOne({ on, labels }: Binary, own: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([name]) => labels.includes(name) === on))
}
