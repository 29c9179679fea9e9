import { OperatingError } from '../../lib/base/index.ts'
import type { NativeHistogram } from './native/histogram.ts'

/** A value of a series at one moment. */
export type Sample = number | NativeHistogram
export type Labels = Readonly<Record<string, string>>

/** One series of a result: a value per step where `present` is 1. */
export interface Column {
  labels: Labels
  values: Float64Array
  present: Uint8Array
  /** A step that has one here is a histogram, and its number means nothing. */
  histograms?: (NativeHistogram | undefined)[]
}

/** A series with all its samples in a range, as an instant query of a range vector gives it. */
export interface RangeSeries {
  labels: Labels
  points: [timeMs: number, sample: Sample][]
}

/** A number at each step, series, ranges of series, or a text. */
export type Value =
  | { kind: 'scalar'; values: Float64Array }
  | { kind: 'vector'; columns: Column[] }
  | { kind: 'matrix'; series: RangeSeries[] }
  | { kind: 'string'; text: string }

export const vectorOf = (columns: Column[]): Value => ({ kind: 'vector', columns })

export function emptyColumn(labels: Labels, count: number): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) }
}

/** Empty columns one after another, out of two pieces of memory: many small ones are costly to give back. */
export function emptyColumns(labels: readonly Labels[], count: number): Column[] {
  const values = new Float64Array(labels.length * count)
  const present = new Uint8Array(labels.length * count)
  return labels.map((own, i) => ({
    labels: own,
    values: values.subarray(i * count, (i + 1) * count),
    present: present.subarray(i * count, (i + 1) * count),
  }))
}

export function put(column: Column, step: number, sample: Sample): void {
  column.present[step] = 1
  if (typeof sample === 'number') {
    column.values[step] = sample
    return
  }
  column.histograms ??= new Array<NativeHistogram | undefined>(column.values.length)
  column.histograms[step] = sample
}

export function sampleAt({ values, present, histograms }: Column, step: number): Sample | undefined {
  if (present[step] !== 1) return undefined
  return histograms?.[step] ?? values[step]
}

export function hasSamples({ present }: Column): boolean {
  return present.includes(1)
}

/** What functions of numbers see: histograms are left out, as Prometheus does. */
export function numbersOnly(columns: readonly Column[]): Column[] {
  return columns.flatMap(column => {
    const { histograms, labels, values } = column
    if (histograms === undefined) return [column]
    const present = column.present.map((there, step) => (histograms[step] === undefined ? there : 0))
    return present.includes(1) ? [{ labels, values, present }] : []
  })
}

export function withoutName(labels: Labels): Record<string, string> {
  const { __name__: _, ...rest } = labels
  return rest
}

/** A key that two label sets share exactly when they are equal; an empty label is none. */
export function labelKey(labels: Labels): string {
  const entries = Object.entries(labels).filter(([, value]) => value !== '')
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Names and values with what sorts before every letter behind each: the order of `compareLabels`. */
export function orderKey(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map(name => `${name}\0${labels[name]}\0`)
    .join('')
}

/** By names and values in order, as Prometheus orders series. Source: prometheus model/labels, Compare. */
export function compareLabels(a: Labels, b: Labels): number {
  const [one, other] = [Object.entries(a).sort(byName), Object.entries(b).sort(byName)]
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const [[name, value], [otherName, otherValue]] = [one[i], other[i]] as [
      [string, string],
      [string, string],
    ]
    if (name !== otherName) return name < otherName ? -1 : 1
    if (value !== otherValue) return value < otherValue ? -1 : 1
  }
  return one.length - other.length
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1
}

/**
 * Series of the same labels become one where they have no step in common; where they have, that is an error, as in
 * Prometheus. Errors: QUERY_EXECUTION.
 */
export function distinct(columns: readonly Column[]): Column[] {
  // of lines, labels that are empty tell series apart
  const byKey = Map.groupBy(columns, column => orderKey(column.labels))
  if (byKey.size === columns.length) return [...columns]
  return [...byKey.values()].map(([first, ...rest]) => rest.reduce(joined, first as Column))
}

function joined(one: Column, other: Column): Column {
  const count = one.values.length
  const result = emptyColumn(one.labels, count)
  for (let step = 0; step < count; step++) {
    const [a, b] = [sampleAt(one, step), sampleAt(other, step)]
    if (a !== undefined && b !== undefined) throw sameLabels(one.labels)
    const sample = a ?? b
    if (sample !== undefined) put(result, step, sample)
  }
  return result
}

function sameLabels(labels: Labels): OperatingError {
  const message = `the result has several series with the labels ${formatLabels(labels)}: keep a label that tells them apart`
  return new OperatingError('QUERY_EXECUTION', message)
}

/** `{a="b", c="d"}`. */
export function formatLabels(labels: Labels): string {
  const list = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `{${list.join(', ')}}`
}

/** Each sample made into another; undefined leaves it out. */
export function mapSamples(
  columns: readonly Column[],
  labelsOf: (labels: Labels) => Labels,
  compute: (sample: Sample, step: number, labels: Labels) => Sample | undefined,
): Column[] {
  const results = columns.map(column => {
    const result = emptyColumn(labelsOf(column.labels), column.values.length)
    for (let step = 0; step < column.values.length; step++) {
      const sample = sampleAt(column, step)
      const made = sample === undefined ? undefined : compute(sample, step, column.labels)
      if (made !== undefined) put(result, step, made)
    }
    return result
  })
  return results.filter(hasSamples)
}

/** Each number made into another; undefined leaves it out, and so are histograms. */
export function mapNumbers(
  columns: readonly Column[],
  labelsOf: (labels: Labels) => Labels,
  compute: (value: number, step: number) => number | undefined,
): Column[] {
  return mapSamples(columns, labelsOf, (sample, step) =>
    typeof sample === 'number' ? compute(sample, step) : undefined,
  )
}
