const durations: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
}

const sizes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** Units that the value of a label may end in, with their factor to seconds or bytes. */
export const labelUnits: Readonly<Record<string, number>> = { ...durations, ...sizes }

const labelNumber = new RegExp(
  `^(-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?)(${Object.keys(labelUnits).join('|')})?$`,
)

/**
 * A label's value as a number: durations in seconds, sizes in bytes; undefined where it is none.
 *
 * @example
 * numberOf('250ms') // => 0.25
 */
export function numberOf(text: string): number | undefined {
  const found = labelNumber.exec(text)
  if (found === null) return undefined
  return Number(found[1]) * (labelUnits[found[2] ?? ''] ?? 1)
}

/** As `numberOf`, and durations of several parts: what a query may compare with. `1m30s` is 90. */
export function parseUnit(text: string): number | undefined {
  return numberOf(text) ?? parseDurationSeconds(text)
}

/** `1h30m`, `250ms`, `-5m` in seconds; undefined for anything else. */
export function parseDurationSeconds(text: string): number | undefined {
  if (!/^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]))+$/.test(text)) return undefined
  let seconds = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/g))
    seconds += Number(amount) * (durations[unit as string] as number)
  return text.startsWith('-') ? -seconds : seconds
}
