/**
 * What a file of the lines of a range is called: both ends in UTC to the second, without what file systems do not take.
 *
 * @example
 * exportName(0n, 90_000_000_000n, 'csv') // => 'logs-1970-01-01T00-00-00Z-to-1970-01-01T00-01-30Z.csv'
 */
export function exportName(startNs: bigint, endNs: bigint, extension: string): string {
  return `logs-${written(startNs)}-to-${written(endNs)}.${extension}`
}

function written(ns: bigint): string {
  const text = new Date(Number(ns / 1_000_000n)).toISOString()
  return `${text.slice(0, 19).replaceAll(':', '-')}Z`
}
