import { orderKey } from './column.ts'
import { type HistogramPoint, isStalePoint, toHistogram } from './native/stored.ts'
import { maxRead, refuseTooMuch, samplesPerHistogram, tooMuch } from './series-limits.ts'
import type { NumberedSeries, StoredSamples } from './stored-samples.ts'
import { inOrder, oneAtATime, type StoredSeries } from './stored-series.ts'

export interface SeriesRow {
  /** As text: it takes 64 bits. */
  id: string
  name: string
  labels: Record<string, string>
  temporality: string
}

export interface HistogramRow {
  id: string
  histograms: HistogramPoint[]
}

/** Puts labels, histograms and numbers of series together as they come, and hands them over. */
export class SeriesGathering {
  readonly series: number
  samples: number
  readonly #named: Map<bigint, SeriesRow>
  /** Of series whose numbers did not come yet. */
  readonly #histograms: Map<bigint, HistogramPoint[]>
  /** What has labels that others have, too, is one series with them. */
  readonly #shared: ReadonlySet<bigint>
  readonly #parts: StoredSeries[] = []
  readonly #take: (series: StoredSeries[]) => void

  constructor(
    named: readonly SeriesRow[],
    native: readonly HistogramRow[],
    take: (series: StoredSeries[]) => void,
  ) {
    this.#named = new Map(named.map(row => [BigInt(row.id), row]))
    this.#histograms = new Map(native.map(({ id, histograms }) => [BigInt(id), histograms]))
    const sameLabels = Map.groupBy(named, ({ name, labels }) => orderKey({ __name__: name, ...labels }))
    const shared = [...sameLabels.values()].filter(rows => rows.length > 1).flat()
    this.#shared = new Set(shared.map(({ id }) => BigInt(id)))
    this.#take = take
    this.series = named.length
    this.samples = native.reduce((sum, { histograms }) => sum + histograms.length * samplesPerHistogram, 0)
    refuseTooMuch(this.series, this.samples)
  }

  add(numbered: readonly NumberedSeries[]): void {
    const made = numbered.flatMap(({ fingerprint, ...own }) => {
      this.samples += own.samples.timesMs.length
      const row = this.#named.get(fingerprint)
      return row === undefined ? [] : this.#made(fingerprint, row, own)
    })
    if (this.samples > maxRead) throw tooMuch(this.series, this.samples, maxRead)
    this.#take(made)
  }

  /** Those that have histograms alone, and those that came in parts. */
  end(): void {
    const rest = [...this.#histograms.keys()].flatMap(fingerprint => {
      const row = this.#named.get(fingerprint)
      return row === undefined ? [] : this.#made(fingerprint, row, undefined)
    })
    this.#take([...rest, ...inOrder(this.#parts)])
  }

  #made(fingerprint: bigint, row: SeriesRow, own: StoredSamples | undefined): StoredSeries[] {
    const made = oneAtATime(toSeries(row, own, this.#histograms.get(fingerprint) ?? []))
    this.#histograms.delete(fingerprint)
    if (!this.#shared.has(fingerprint)) return [made]
    this.#parts.push(made)
    return []
  }
}

/** A series may have had numbers and then histograms, or the other way round. */
function toSeries(
  { name, labels, temporality }: SeriesRow,
  own: StoredSamples | undefined,
  points: readonly HistogramPoint[],
): StoredSeries {
  const found = points.filter(point => !isStalePoint(point))
  const head = {
    labels: { __name__: name, ...labels },
    delta: temporality === 'delta',
    samples: own?.samples ?? { timesMs: new Float64Array(), values: new Float64Array() },
  }
  const staleMs = own?.staleMs ?? new Float64Array()
  if (points.length === 0) return { ...head, staleMs }
  return {
    ...head,
    staleMs: Float64Array.from([...staleMs, ...timesOf(points, isStalePoint)]).sort(),
    ...(found.length === 0
      ? {}
      : { histograms: { timesMs: timesOf(found, () => true), values: found.map(toHistogram) } }),
  }
}

function timesOf<P extends readonly [timeMs: number, ...unknown[]]>(
  points: readonly P[],
  isWanted: (point: P) => boolean,
): Float64Array {
  return Float64Array.from(points.filter(isWanted), ([timeMs]) => Number(timeMs))
}
