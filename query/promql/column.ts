import type { NativeHistogram } from './native/histogram.ts'

/** One series of a result: a value per step where `present` is 1. */
export interface Column {
  labels: Readonly<Record<string, string>>
  values: Float64Array
  present: Uint8Array
  /** Where the values are histograms: one per step where `present` is 1; the numbers then mean nothing. */
  histograms?: (NativeHistogram | undefined)[]
}

/** The same number at each step, or series. */
export type Value = number | Column[]

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

/** A key that two label sets share exactly when they are equal. */
export function labelKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
