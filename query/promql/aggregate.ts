import type { Aggregation } from './ast.ts'
import {
  type Column,
  emptyColumn,
  histogramColumn,
  labelKey,
  numbersOnly,
  put,
  putHistogram,
  withoutName,
} from './column.ts'
import { plus, times } from './native/histogram.ts'

/** Puts series together by their labels. topk and bottomk keep the series themselves. */
export function aggregate(aggregation: Aggregation, input: readonly Column[], count: number): Column[] {
  const groups = new Map<string, { labels: Record<string, string>; members: Column[] }>()
  const combines = ['sum', 'avg', 'count'].includes(aggregation.operator)
  for (const column of combines ? input : numbersOnly(input)) {
    const labels = grouped(aggregation, column.labels)
    const key = labelKey(labels)
    const group = groups.get(key) ?? { labels, members: [] }
    group.members.push(column)
    groups.set(key, group)
  }
  if (combines && input.some(column => column.histograms !== undefined))
    return [...groups.values()].flatMap(({ labels, members }) =>
      foldHistograms(aggregation.operator, labels, members, count),
    )
  const ranked = aggregation.operator === 'topk' || aggregation.operator === 'bottomk'
  return [...groups.values()].flatMap(({ labels, members }) =>
    ranked ? rank(aggregation, members, count) : [fold(aggregation.operator, labels, members, count)],
  )
}

function grouped({ by, labels }: Aggregation, of: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(withoutName(of))
  return Object.fromEntries(entries.filter(([name]) => labels.includes(name) === by))
}

/** Histograms add up bucket by bucket; where numbers stand among them Prometheus leaves both out. */
function foldHistograms(
  operator: Aggregation['operator'],
  labels: Record<string, string>,
  members: Column[],
  count: number,
): Column[] {
  const histograms = members.filter(member => member.histograms !== undefined)
  if (operator === 'count' || histograms.length === 0) return [fold(operator, labels, members, count)]
  const result = histogramColumn(labels, count)
  for (let step = 0; step < count; step++) {
    const found = histograms.flatMap(member => member.histograms?.[step] ?? [])
    const [first, ...rest] = found
    if (first === undefined || members.some(m => m.histograms === undefined && m.present[step] === 1))
      continue
    const total = rest.reduce((sum, histogram) => plus(sum, histogram), first)
    putHistogram(result, step, operator === 'sum' ? total : times(total, 1 / found.length))
  }
  return [result]
}

function fold(
  operator: Aggregation['operator'],
  labels: Record<string, string>,
  members: Column[],
  count: number,
): Column {
  const result = emptyColumn(labels, count)
  for (let step = 0; step < count; step++) {
    let total = 0
    let seen = 0
    let best = operator === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    for (const member of members) {
      if (member.present[step] !== 1) continue
      const value = member.values[step] as number
      seen++
      total += value
      best = operator === 'min' ? Math.min(best, value) : Math.max(best, value)
    }
    if (seen > 0) put(result, step, pick(operator, total, seen, best))
  }
  return result
}

function pick(operator: Aggregation['operator'], total: number, seen: number, best: number): number {
  if (operator === 'sum') return total
  if (operator === 'avg') return total / seen
  return operator === 'count' ? seen : best
}

function rank({ operator, parameter }: Aggregation, members: Column[], count: number): Column[] {
  const results = members.map(member => emptyColumn(member.labels, count))
  const sign = operator === 'topk' ? -1 : 1
  for (let step = 0; step < count; step++) {
    const present = members.flatMap((member, i) => (member.present[step] === 1 ? [i] : []))
    present.sort((a, b) => sign * ((members[a]?.values[step] ?? 0) - (members[b]?.values[step] ?? 0)))
    for (const i of present.slice(0, Math.max(0, Math.floor(parameter ?? 0))))
      put(results[i] as Column, step, members[i]?.values[step] ?? 0)
  }
  return results.filter(column => column.present.includes(1))
}
