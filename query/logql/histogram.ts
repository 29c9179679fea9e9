import { OperatingError } from '../../lib/base/index.ts'
import { fillBuckets, type Histogram, type HistogramSearch } from '../histogram.ts'
import { maxValues } from '../histogram-by.ts'
import type { StoreReader } from '../store-reader.ts'
import { eachStagedRow } from './staged-rows.ts'

const pageRows = 20_000

/** Lines per step and level, or another label, of a query with other stages than filters: each is looked at. Errors: TOO_MUCH, those of the store. */
export async function stagedHistogram(
  reader: StoreReader,
  search: HistogramSearch,
  by: string,
  signal: AbortSignal,
): Promise<Histogram> {
  const counts = new Map<string, Count>()
  const asked = { ...search, direction: 'forward' as const, pageRows, isStrict: false }
  const { cost, isCut } = await eachStagedRow(reader, asked, signal, (row, _, labels) => {
    const bucket = Math.floor(Number(BigInt(row.timestamp) / 1_000_000n) / search.stepMs) * search.stepMs
    const level = by === 'level' ? row.level : labels.get(by)
    const key = `${bucket} ${level}`
    const found = counts.get(key) ?? { bucket, level, count: 0 }
    found.count++
    counts.set(key, found)
    return true
  })
  if (isCut)
    throw new OperatingError(
      'TOO_MUCH',
      'too many lines would be looked at one by one: ask about a shorter time, or put filters before the stages',
    )
  return {
    buckets: fillBuckets(search, by === 'level' ? [...counts.values()] : commonest([...counts.values()])),
    cost,
    rollup: null,
  }
}

interface Count {
  bucket: number
  level: string
  count: number
}

/** Those of the commonest values; lines without the field are left out. */
function commonest(counts: readonly Count[]): Count[] {
  const totals = new Map<string, number>()
  for (const { level, count } of counts) if (level !== '') totals.set(level, (totals.get(level) ?? 0) + count)
  const order = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const kept = new Set(order.slice(0, maxValues).map(([value]) => value))
  return counts.filter(({ level }) => kept.has(level))
}
