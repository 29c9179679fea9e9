import type { Annotations } from './annotations.ts'
import type { Aggregation } from './ast.ts'
import { type Column, emptyColumn, put, type Sample, sampleAt } from './column.ts'
import { compareNumbers } from './functions/statistics.ts'
import { labelHash } from './label-hash.ts'

const fewMembers = 32
const maxHash = 2 ** 64
const selecting: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio'])

/** Whether it keeps some series of a group as they are. */
export function selects(operator: string): boolean {
  return selecting.has(operator)
}

/** At each step the chosen series of one group, with all their labels; the best first where the order means something. */
export function select(
  aggregation: Aggregation,
  members: readonly Column[],
  parameter: Float64Array,
  notes: Annotations,
): Column[] {
  const count = parameter.length
  const kept = new Map<Column, Column>()
  const choose = chooser(aggregation, members, notes)
  for (let step = 0; step < count; step++)
    for (const { column, sample } of choose(parameter[step] as number, step)) {
      const result = kept.get(column) ?? emptyColumn(column.labels, count)
      kept.set(column, result)
      put(result, step, sample)
    }
  return [...kept.values()]
}

interface Member {
  column: Column
  sample: Sample
}

type Choose = (parameter: number, step: number) => readonly Member[]

function chooser(aggregation: Aggregation, members: readonly Column[], notes: Annotations): Choose {
  const { operator } = aggregation
  if (operator === 'limit_ratio') {
    const places = new Map(members.map(column => [column, Number(labelHash(column.labels)) / maxHash]))
    return (given, step) => {
      const ratio = Math.max(-1, Math.min(1, given))
      return presentAt(members, step).filter(({ column }) => isInRatio(places.get(column) as number, ratio))
    }
  }
  return (parameter, step) => {
    const number = Math.floor(parameter)
    if (!(number >= 1)) return []
    if (operator === 'limitk') return presentAt(members, step).slice(0, number)
    if (members.some(({ histograms }) => histograms?.[step] !== undefined))
      notes.add('ignoredHistogram', aggregation, `${operator} aggregation`)
    return bestAt(members, step, number, operator === 'topk' ? -1 : 1)
  }
}

function presentAt(members: readonly Column[], step: number): Member[] {
  return members.flatMap(column => {
    const sample = sampleAt(column, step)
    return sample === undefined ? [] : [{ column, sample }]
  })
}

/** So many of the first in order; of equal ones those that come first. */
function bestAt(members: readonly Column[], step: number, count: number, sign: 1 | -1): Member[] {
  if (count <= fewMembers) return fewBest(members, step, count, sign)
  return members
    .filter(column => hasNumber(column, step))
    .map(column => ({ column, sample: column.values[step] as number }))
    .sort((a, b) => compareNumbers(sign, a.sample, b.sample))
    .slice(0, count)
}

/** Each is put in its place. Hot: nothing is made of a number that is not among the first. */
function fewBest(members: readonly Column[], step: number, count: number, sign: 1 | -1): Member[] {
  const found: { column: Column; sample: number }[] = []
  for (const column of members) {
    if (!hasNumber(column, step)) continue
    const sample = column.values[step] as number
    let place = found.length
    while (place > 0 && compareNumbers(sign, sample, found[place - 1]?.sample as number) < 0) place--
    if (place === count) continue
    found.splice(place, 0, { column, sample })
    if (found.length > count) found.pop()
  }
  return found
}

function hasNumber({ present, histograms }: Column, step: number): boolean {
  return present[step] === 1 && histograms?.[step] === undefined
}

/**
 * A series' place comes of a hash of its labels, so that a ratio and what is left of it (as 0.1 and -0.9) are all series, each once.
 * Source: prometheus promql, HashRatioSampler.
 */
function isInRatio(place: number, ratio: number): boolean {
  return ratio >= 0 ? place < ratio : place >= 1 + ratio
}
