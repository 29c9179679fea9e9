/** A series as Prometheus' and Loki's APIs give it. Times in Unix seconds. */
export interface ApiSeries {
  metric: Record<string, string>
  values?: [seconds: number, value: string][]
  histograms?: [seconds: number, histogram: ApiHistogram][]
}

/** A native histogram; of each bucket which bounds belong to it, the bounds, and how many observations. */
export interface ApiHistogram {
  count: string
  sum: string
  buckets?: [bounds: number, lower: string, upper: string, count: string][]
}

export interface Grid {
  startMs: number
  endMs: number
  stepMs: number
}

const maxPoints = 11_000

/** The moments of a grid, in Unix seconds. */
export function timesOf({ startMs, endMs, stepMs }: Grid): number[] {
  const count = Math.min(maxPoints, Math.floor((endMs - startMs) / stepMs) + 1)
  return Array.from({ length: Math.max(0, count) }, (_, i) => (startMs + i * stepMs) / 1000)
}

/** The values of a series at each moment of a grid; null where it has none. */
export function valuesAt(
  { values = [] }: ApiSeries,
  { startMs, stepMs }: Grid,
  count: number,
): (number | null)[] {
  const drawn = new Array<number | null>(count).fill(null)
  for (const [seconds, text] of values) {
    const i = Math.round((seconds * 1000 - startMs) / stepMs)
    const value = readFloat(text)
    if (i >= 0 && i < count && value !== undefined) drawn[i] = value
  }
  return drawn
}

/** A value as Prometheus writes it; nothing can be drawn of NaN and of what is infinite. */
export function readFloat(text: string): number | undefined {
  const value = Number(text.replace('Inf', 'Infinity'))
  return Number.isFinite(value) ? value : undefined
}

const niceSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Steps that are whole to people, about so many of them, on their own multiples: a chart does not jump when it is drawn anew. */
export function gridOf(startMs: number, endMs: number, points: number, minStepMs = 1000): Grid {
  const wanted = Math.max(minStepMs, (endMs - startMs) / points) / 1000
  const seconds = niceSeconds.find(nice => nice >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400
  const stepMs = Math.max(minStepMs, seconds * 1000)
  return { startMs: Math.ceil(startMs / stepMs) * stepMs, endMs, stepMs }
}

/** `{{label}}` and `$label` stand for a label's value; without a format the labels that tell the series apart, or what was asked. */
export function nameOf(metric: Readonly<Record<string, string>>, format = '', query = 'value'): string {
  if (format !== '' && format !== '__auto')
    return format.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, label: string) => metric[label] ?? '')
  const { __name__: name = '', ...labels } = metric
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  if (pairs.length === 0) return name || query
  return `${name}{${pairs.join(', ')}}`
}

/** Labels that all series have alike say nothing in a legend. */
export function distinctLabels(all: readonly Readonly<Record<string, string>>[]): Record<string, string>[] {
  const [first] = all
  if (first === undefined || all.length === 1) return all.map(metric => ({ ...metric }))
  const same = Object.keys(first).filter(name => all.every(metric => metric[name] === first[name]))
  return all.map(metric =>
    Object.fromEntries(Object.entries(metric).filter(([name]) => !same.includes(name))),
  )
}

/**
 * Each series on top of those after it, so that the first is the highest. Where others have a value one that has none adds
 * nothing, and stands on what is below: an area has no holes.
 */
export function stacked(all: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const below: (number | null)[] = (all[0] ?? []).map((_, i) =>
    all.some(values => values[i] !== null) ? 0 : null,
  )
  const fromLast = all.toReversed().map(values =>
    values.map((value, i) => {
      if (value !== null) below[i] = (below[i] ?? 0) + value
      return below[i] ?? null
    }),
  )
  return fromLast.reverse()
}

export interface Figures {
  last: number | null
  min: number | null
  max: number | null
  mean: number | null
}

export function figuresOf(values: readonly (number | null)[]): Figures {
  const there = values.filter(value => value !== null)
  if (there.length === 0) return { last: null, min: null, max: null, mean: null }
  return {
    last: there.at(-1) ?? null,
    min: there.reduce((least, value) => Math.min(least, value)),
    max: there.reduce((most, value) => Math.max(most, value)),
    mean: there.reduce((sum, value) => sum + value, 0) / there.length,
  }
}

/**
 * Of many series those that reach farthest from zero, in the order in which they came: what stands out is not left undrawn.
 *
 * @example
 * farthest([{ values: [1] }, { values: [3] }, { values: [-2] }], 2) // => [{ values: [3] }, { values: [-2] }]
 */
export function farthest<T extends { values: readonly (number | null)[] }>(
  series: readonly T[],
  most: number,
): T[] {
  if (series.length <= most) return [...series]
  const reach = ({ values }: T) =>
    values.reduce<number>((far, value) => Math.max(far, Math.abs(value ?? 0)), 0)
  const chosen = series
    .map(one => ({ one, far: reach(one) }))
    .toSorted((a, b) => b.far - a.far)
    .slice(0, most)
  const taken = new Set(chosen.map(({ one }) => one))
  return series.filter(one => taken.has(one))
}
