/**
 * The quantile of what some lists have together, each sorted: as Prometheus' `quantile`, between the two next values. Only as
 * many values are looked at as lie beyond it on its nearer side. Lists of no values at all are not given.
 *
 * @example
 * quantileOfSorted([[1, 4], [2, 3, 5]], 0.5) // => 3
 */
export function quantileOfSorted(lists: readonly (readonly number[])[], q: number): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const count = lists.reduce((sum, list) => sum + list.length, 0)
  const rank = q * (count - 1)
  const below = Math.floor(rank)
  const weight = rank - below
  const isNearTop = below > count / 2
  const [lower, upper] = isNearTop ? fromTop(lists, count - 1 - below) : fromBottom(lists, below)
  return weight === 0 ? lower : lower * (1 - weight) + upper * weight
}

/** The value with so many before it, and the next. */
function fromBottom(lists: readonly (readonly number[])[], skipped: number): [lower: number, upper: number] {
  const taken = lists.map(() => 0)
  const next = () =>
    take(
      lists,
      taken,
      (list, i) => list[i],
      (a, b) => a < b,
    )
  for (let i = 0; i < skipped; i++) next()
  const lower = next() as number
  return [lower, next() ?? lower]
}

/** The value with so many behind it, and the next. */
function fromTop(lists: readonly (readonly number[])[], skipped: number): [lower: number, upper: number] {
  const taken = lists.map(() => 0)
  const next = () =>
    take(
      lists,
      taken,
      (list, i) => list[list.length - 1 - i],
      (a, b) => a > b,
    )
  let upper: number | undefined
  for (let i = 0; i < skipped; i++) upper = next()
  const lower = next() as number
  return [lower, upper ?? lower]
}

/** The first of all next values; undefined where none is left. */
function take(
  lists: readonly (readonly number[])[],
  taken: number[],
  at: (list: readonly number[], i: number) => number | undefined,
  isFirst: (a: number, b: number) => boolean,
): number | undefined {
  let best: number | undefined
  let from = -1
  for (const [i, list] of lists.entries()) {
    const value = at(list, taken[i] as number)
    if (value === undefined || (best !== undefined && !isFirst(value, best))) continue
    best = value
    from = i
  }
  if (from >= 0) taken[from] = (taken[from] as number) + 1
  return best
}
