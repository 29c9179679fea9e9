/** The finest resolution. Source: Prometheus native histograms specification, "Schema". */
const maxSchema = 8
/** What the first of these tables was made with: the square root of 2, a bit of the last place below what is nearest. */
const coarsestFactor = 1.414213562373095

/**
 * Bounds of the buckets in [0.5, 1), by schema from 0 on: each table has those of the one before, and between each two the lower one times
 * the factor of the schema. So they are the very numbers of Prometheus' tables. Source: prometheus/client_golang,
 * prometheus/histogram.go, genExponentialBuckets' bounds; prometheus model/histogram, exponentialBounds.
 */
const tables: readonly (readonly number[])[] = Array.from({ length: maxSchema }).reduce<number[][]>(
  (made, _, i) => [...made, finer(made[i] as number[], i === 0 ? coarsestFactor : 2 ** (2 ** -(i + 1)))],
  [[0.5]],
)

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
