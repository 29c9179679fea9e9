import type { Place } from './ast.ts'

export type NoteKind = 'warning' | 'info'

/** What is said beside an answer: of the query's text as a whole, or of the metric in it. */
const messages = {
  invalidQuantile: ['warning', 'quantile value should be between 0 and 1'],
  invalidRatio: ['warning', 'ratio value should be between -1 and 1'],
  invalidStrategy: ['warning', 'strategy should be 0, 1, or 2 (default), using 2'],
  badBucketLabel: ['warning', 'bucket label "le" is missing or has a malformed value'],
  mixedSamples: ['warning', 'encountered a mix of histograms and floats for'],
  mixedHistograms: ['warning', 'vector contains a mix of classic and native histograms'],
  notCounter: ['warning', 'this native histogram metric is not a counter:'],
  notGauge: ['warning', 'this native histogram metric is not a gauge:'],
  mixedSchemas: [
    'warning',
    'vector contains a mix of histograms with exponential and custom buckets schemas for metric name',
  ],
  incompatibleBuckets: ['warning', 'incompatible bucket layout encountered for binary operator'],
  sortInRange: [
    'warning',
    'sort is ineffective for range queries since results are always ordered by labels',
  ],
  resetCollision: ['warning', 'conflicting counter resets during histogram'],
  maybeNoCounter: ['info', 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket:'],
  forcedMonotonicity: [
    'info',
    'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
  ],
  incompatibleTypes: ['info', 'incompatible sample types encountered for binary operator'],
  ignoredHistogram: ['info', 'ignored histogram in'],
  ignoredInRange: [
    'info',
    'ignored histograms in a range containing both floats and histograms for metric name',
  ],
  quantileNaN: ['info', 'input to histogram_quantile has NaN observations, result is NaN'],
  quantileSkew: ['info', 'input to histogram_quantile has NaN observations, result is skewed higher'],
  fractionNaN: [
    'info',
    'input to histogram_fraction has NaN observations, which are excluded from all fractions',
  ],
  reconciledBuckets: ['info', 'mismatched custom buckets were reconciled during'],
} as const satisfies Readonly<Record<string, readonly [NoteKind, string]>>
export type NoteName = keyof typeof messages

const maxNotes = 10

/** Warnings and infos of one evaluation, each once. Source: Prometheus HTTP API, warnings and infos of an answer. */
export class Annotations {
  readonly #text: string
  readonly #notes = new Map<string, NoteKind>()

  constructor(text: string) {
    this.#text = text
  }

  /** `detail` is put behind the message, after a blank or a sign of its own. */
  add(name: NoteName, place: Place, detail = ''): void {
    const [kind, message] = messages[name]
    const head = kind === 'warning' ? 'PromQL warning' : 'PromQL info'
    const between = detail === '' || detail.startsWith(',') ? '' : ' '
    this.#notes.set(`${head}: ${message}${between}${detail} (${this.#placeOf(place.from)})`, kind)
  }

  /** `for metric name "x"`, where there is a name. */
  addNamed(name: NoteName, place: Place, metric: string | undefined): void {
    this.add(name, place, metric === undefined || metric === '' ? '' : `for metric name "${metric}"`)
  }

  get warnings(): string[] {
    return this.#of('warning')
  }

  get infos(): string[] {
    return this.#of('info')
  }

  #of(kind: NoteKind): string[] {
    const all = [...this.#notes].filter(([, own]) => own === kind).map(([text]) => text)
    if (all.length <= maxNotes) return all
    return [...all.slice(0, maxNotes), `${all.length - maxNotes} more ${kind} annotations omitted`]
  }

  /** Line and column in bytes, from 1. */
  #placeOf(at: number): string {
    const before = this.#text.slice(0, at).split('\n')
    return `${before.length}:${Buffer.byteLength(before.at(-1) as string) + 1}`
  }
}
