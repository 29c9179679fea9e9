import type { LogLine } from '../../../../query/index.ts'

/** Lines that came live, the newest first, with the places where some are missing. */
export interface LiveLines {
  lines: readonly LogLine[]
  /** How many lines were left out between a line (by id) and the one below it. */
  gaps: ReadonlyMap<string, number>
}

export const noLines: LiveLines = { lines: [], gaps: new Map() }

/** So many are kept; older ones are a search away. */
export const kept = 5_000

/** Lines more, in the order of time whichever way they came, each once. */
export function withFresh({ lines, gaps }: LiveLines, fresh: readonly LogLine[]): LiveLines {
  if (fresh.length === 0) return { lines, gaps }
  const present = new Set(lines.slice(0, 2_000).map(({ id }) => id))
  const added = fresh.filter(({ id }) => !present.has(id) && present.add(id)).toSorted(newestFirst)
  return { lines: merged(added, lines).slice(0, kept), gaps }
}

/** Notes that lines are missing below the newest line. */
export function withGap({ lines, gaps }: LiveLines, count: number): LiveLines {
  const id = lines[0]?.id
  if (id === undefined || count === 0) return { lines, gaps }
  return { lines, gaps: new Map([...gaps, [id, (gaps.get(id) ?? 0) + count]]) }
}

function merged(a: readonly LogLine[], b: readonly LogLine[]): LogLine[] {
  const result: LogLine[] = []
  let i = 0
  let k = 0
  while (i < a.length || k < b.length) {
    const [left, right] = [a[i], b[k]]
    if (left !== undefined && (right === undefined || newestFirst(left, right) <= 0)) {
      result.push(left)
      i++
    } else if (right !== undefined) {
      result.push(right)
      k++
    }
  }
  return result
}

/** By time, then by place: ids are made of both. */
function newestFirst(a: LogLine, b: LogLine): number {
  if (a.timestamp !== b.timestamp) return BigInt(a.timestamp) < BigInt(b.timestamp) ? 1 : -1
  const [left, right] = [a.source, b.source]
  if (left.partition !== right.partition) return right.partition - left.partition
  if (left.offset !== right.offset) return Number(right.offset) - Number(left.offset)
  return right.index - left.index
}
