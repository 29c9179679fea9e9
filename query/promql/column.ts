import { OperatingError } from '../../lib/base/index.ts'
import type { NativeHistogram } from './native/histogram.ts'

/** One series of a result: a value per step where `present` is 1. */
export interface Column {
  labels: Readonly<Record<string, string>>
  values: Float64Array
  present: Uint8Array
  /** Where the values are histograms: one per step where `present` is 1; the numbers then mean nothing. */
  histograms?: (NativeHistogram | undefined)[]
}

/** A number at each step, series, or a text. */
export type Value =
  | { kind: 'scalar'; values: Float64Array }
  | { kind: 'vector'; columns: Column[] }
  | { kind: 'string'; text: string }

export const vectorOf = (columns: Column[]): Value => ({ kind: 'vector', columns })

export function emptyColumn(labels: Readonly<Record<string, string>>, count: number): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) }
}

export function put(column: Column, step: number, value: number): void {
  column.values[step] = value
  column.present[step] = 1
}

/** A column whose values are histograms. */
export function histogramColumn(labels: Readonly<Record<string, string>>, count: number) {
  return { ...emptyColumn(labels, count), histograms: new Array<NativeHistogram | undefined>(count) }
}

export function putHistogram(
  column: { present: Uint8Array; histograms: (NativeHistogram | undefined)[] },
  step: number,
  value: NativeHistogram,
): void {
  column.histograms[step] = value
  column.present[step] = 1
}

/** What functions of numbers see: series of histograms are left out, as Prometheus does. */
export function numbersOnly(columns: readonly Column[]): Column[] {
  return columns.filter(column => column.histograms === undefined)
}

export function withoutName(labels: Readonly<Record<string, string>>): Record<string, string> {
  const { __name__: _, ...rest } = labels
  return rest
}

/** A key that two label sets share exactly when they are equal; an empty label is none. */
export function labelKey(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).filter(([, value]) => value !== '')
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Series of the same labels become one where they have no step in common; where they have, that is an error, as in
 * Prometheus. Errors: QUERY_EXECUTION.
 */
export function distinct(columns: readonly Column[]): Column[] {
  const byKey = Map.groupBy(columns, column => labelKey(column.labels))
  if (byKey.size === columns.length) return [...columns]
  return [...byKey.values()].map(([first, ...rest]) => rest.reduce(joined, first as Column))
}

function joined(one: Column, other: Column): Column {
  const count = one.values.length
  const isOfHistograms = one.histograms !== undefined
  if (isOfHistograms !== (other.histograms !== undefined)) throw sameLabels(one.labels)
  const result = isOfHistograms ? histogramColumn(one.labels, count) : emptyColumn(one.labels, count)
  for (const part of [one, other])
    for (let step = 0; step < count; step++) {
      if (part.present[step] !== 1) continue
      if (result.present[step] === 1) throw sameLabels(one.labels)
      put(result, step, part.values[step] as number)
      if (result.histograms !== undefined) result.histograms[step] = part.histograms?.[step]
    }
  return result
}

function sameLabels(labels: Readonly<Record<string, string>>): OperatingError {
  const message = `the result has several series with the labels ${formatLabels(labels)}: keep a label that tells them apart`
  return new OperatingError('QUERY_EXECUTION', message)
}

/** `{a="b", c="d"}`. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const list = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `{${list.join(', ')}}`
}

/** Each present number made into another; undefined leaves it out. */
export function mapNumbers(
  columns: readonly Column[],
  labelsOf: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  compute: (value: number, step: number) => number | undefined,
): Column[] {
  const results = numbersOnly(columns).map(({ labels, values, present }) => {
    const result = emptyColumn(labelsOf(labels), values.length)
    for (let step = 0; step < values.length; step++) {
      const value = present[step] === 1 ? compute(values[step] as number, step) : undefined
      if (value !== undefined) put(result, step, value)
    }
    return result
  })
  return results.filter(result => result.present.includes(1))
}
