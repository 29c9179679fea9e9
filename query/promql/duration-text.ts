/** Each unit once, the larger first, with its milliseconds. Source: prometheus common/model, ParseDuration. */
const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const
const pattern = new RegExp(`^${units.map(([unit]) => `(?:(\\d+)${unit})?`).join('')}$`)

/**
 * Milliseconds of a duration as Prometheus writes it; undefined where it is none.
 *
 * @example
 * durationMsOf('1h30m') // => 5_400_000
 * durationMsOf('30m1h') // => undefined
 */
export function durationMsOf(text: string): number | undefined {
  const found = text === '' ? null : pattern.exec(text)
  if (found === null) return undefined
  return units.reduce((sum, [, ms], i) => sum + Number(found[i + 1] ?? 0) * ms, 0)
}
