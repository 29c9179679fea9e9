import { formatBytes, formatCount } from './format.ts'

export type Unit = 'number' | 'share' | 'bytes' | 'bytes/s' | 'lines/s'

export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return '–'
  switch (unit) {
    case 'share':
      return `${Number((value * 100).toPrecision(3))} %`
    case 'bytes':
      return formatBytes(Math.round(value))
    case 'bytes/s':
      return `${formatBytes(Math.round(value))}/s`
    case 'lines/s':
      return `${formatCount(value)}/s`
    case 'number':
      return formatCount(value)
  }
}
