import { crc32 } from 'node:zlib'
import type { Annotations } from './annotations.ts'
import type { Aggregation } from './ast.ts'
import { type Column, emptyColumn, labelKey, put, type Sample, sampleAt } from './column.ts'
import { compareNumbers } from './functions/statistics.ts'
import { goNumber } from './number.ts'

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
  for (let step = 0; step < count; step++)
    for (const { column, sample } of chosen(aggregation, members, parameter[step] as number, step, notes)) {
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

function chosen(
  aggregation: Aggregation,
  members: readonly Column[],
  parameter: number,
  step: number,
  notes: Annotations,
): Member[] {
  const { operator } = aggregation
  const there = members.flatMap(column => {
    const sample = sampleAt(column, step)
    return sample === undefined ? [] : [{ column, sample }]
  })
  if (operator === 'limit_ratio') return inRatio(aggregation, there, parameter, notes)
  const number = Math.floor(parameter)
  if (!(number >= 1)) return []
  if (operator === 'limitk') return there.slice(0, number)
  const numbers = there.filter(({ sample }) => typeof sample === 'number')
  if (numbers.length < there.length) notes.add('ignoredHistogram', aggregation, `${operator} aggregation`)
  const sign = operator === 'topk' ? -1 : 1
  const order = (a: Member, b: Member) => compareNumbers(sign, a.sample as number, b.sample as number)
  return numbers.toSorted(order).slice(0, number)
}

function inRatio(aggregation: Aggregation, there: Member[], given: number, notes: Annotations): Member[] {
  const ratio = Math.max(-1, Math.min(1, given))
  if (ratio !== given)
    notes.add(
      'invalidRatio',
      aggregation.parameter ?? aggregation,
      `, got ${goNumber(given)}, capping to ${goNumber(ratio)}`,
    )
  return there.filter(({ column }) => isInRatio(column.labels, ratio))
}

/** By a hash of the labels, so that a ratio and what is left of it (as 0.1 and -0.9) are all series, each once. */
function isInRatio(labels: Readonly<Record<string, string>>, ratio: number): boolean {
  const place = crc32(labelKey(labels)) / 2 ** 32
  return ratio >= 0 ? place < ratio : place >= 1 + ratio
}
