const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `5m`, `1h30m`, `90s` in milliseconds; undefined for anything else. Source: Prometheus, durations. */
export function readDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdw]))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  )
}
