/** The finest resolution. Source: Prometheus native histograms specification, "Schema". */
const maxSchema = 8
/** What the first of these tables was made with: the square root of 2, a bit of the last place below what is nearest. */
const coarsestFactor = Math.SQRT2 - Number.EPSILON

/**
 * Bounds of the buckets in [0.5, 1), by schema from 0 on: each table has those of the one before, and between each two the lower one times
 * the factor of the schema. So they are the very numbers of Prometheus' tables. Source: prometheus/client_golang,
 * prometheus/histogram.go, genExponentialBuckets' bounds; prometheus model/histogram, exponentialBounds.
 */
const tables = tablesUpTo(maxSchema)

function tablesUpTo(schema: number): (readonly number[])[] {
  const tables: number[][] = [[0.5]]
  for (let next = 1; next <= schema; next++)
    tables.push(finer(tables[next - 1] as number[], next === 1 ? coarsestFactor : 2 ** (2 ** -next)))
  return tables
}

function finer(coarser: readonly number[], factor: number): number[] {
  return coarser.flatMap(bound => [bound, bound * factor])
}

/** Where bucket `index` ends, the last one before infinity at the greatest number. */
export function boundOf(index: number, schema: number): number {
  if (schema <= 0) return atMost(1, index * 2 ** -schema)
  const buckets = 2 ** schema
  const place = ((index % buckets) + buckets) % buckets
  const table = tables[Math.min(schema, maxSchema)] as readonly number[]
  return atMost((table[place] as number) * 2, Math.floor(index / buckets))
}

function atMost(fraction: number, exponent: number): number {
  return fraction === 1 && exponent === 1024 ? Number.MAX_VALUE : fraction * 2 ** exponent
}
