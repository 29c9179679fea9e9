import { formatBytes } from '../human.ts'

/** Decimal prefixes, small to large, for numbers that have no unit of their own. */
const prefixes: readonly (readonly [size: number, prefix: string])[] = [
  [1e12, ' T'],
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
  [1, ''],
]

/** What a unit is called where people read it; UCUM's codes as OpenTelemetry has them, or Prometheus' names. */
const names: Readonly<Record<string, string>> = {
  By: 'bytes',
  s: 'seconds',
  ms: 'milliseconds',
  '1': 'ratio',
}

/**
 * A value with its unit, as short as three digits allow: `1.2 GB`, `350 ms`, `12.5 k`. The unit is UCUM's code or
 * Prometheus' name, `/s` behind it makes it a rate.
 *
 * @example
 * formatValue(1_500_000, 'By/s') // => '1.5 MB/s'
 */
export function formatValue(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value)
  const isRate = unit.endsWith('/s')
  const base = isRate ? unit.slice(0, -2) : unit
  const sign = value < 0 ? '-' : ''
  return `${sign}${magnitude(Math.abs(value), names[base] ?? base)}${isRate ? '/s' : ''}`
}

function magnitude(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(value < 1000 ? digits(value) : value)
  if (unit === 'seconds') return seconds(value)
  if (unit === 'milliseconds') return seconds(value / 1000)
  const annotated = /^\{(.*)\}$/.exec(unit)?.[1] ?? (unit === 'ratio' ? '' : unit)
  const [size, prefix] = prefixes.find(([least]) => value >= least) ?? ([1, ''] as const)
  return `${digits(value / size)}${prefix}${annotated === '' ? '' : ` ${annotated}`}`
}

function seconds(value: number): string {
  if (value === 0) return '0 s'
  if (value < 1e-3) return `${digits(value * 1e6)} µs`
  if (value < 1) return `${digits(value * 1e3)} ms`
  if (value < 120) return `${digits(value)} s`
  return value < 7200 ? `${digits(value / 60)} min` : `${digits(value / 3600)} h`
}

function digits(value: number): number {
  return Number(value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 3))
}
