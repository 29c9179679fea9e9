/** The least of 1, 2, 5, 10, 20 … that is not below a count: the top of an axis. 0 where there is nothing. */
export function topOf(count: number): number {
  if (count <= 0) return 0
  const power = 10 ** Math.floor(Math.log10(count))
  const top = [1, 2, 5, 10].find(n => n * power >= count) ?? 10
  return Math.max(2, top * power)
}
