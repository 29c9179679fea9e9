import type { BoardPanel } from '../../../../query/index.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

/** One value for a series, as the panel asks for it; null where it has none. */
export function reduced(values: readonly (number | null)[], calculation: Spec['calculation']): number | null {
  const there = values.filter(value => value !== null)
  if (there.length === 0) return calculation === 'count' ? 0 : null
  const sum = () => there.reduce((all, value) => all + value, 0)
  switch (calculation) {
    case 'last':
      return there.at(-1) ?? null
    case 'first':
      return there[0] ?? null
    case 'min':
      return there.reduce((least, value) => Math.min(least, value))
    case 'max':
      return there.reduce((most, value) => Math.max(most, value))
    case 'sum':
      return sum()
    case 'mean':
      return sum() / there.length
    case 'count':
      return there.length
  }
}

const named: Readonly<Record<string, string>> = {
  green: 'var(--level-info)',
  orange: 'var(--level-warn)',
  yellow: 'var(--level-warn)',
  red: 'var(--level-error)',
  blue: 'var(--accent)',
}

/** The colour of the highest threshold that the value has reached; undefined below all. */
export function thresholdColour(value: number | null, { thresholds }: Spec): string | undefined {
  if (value === null) return undefined
  const reached = thresholds.steps.filter(step => value >= step.value).sort((a, b) => b.value - a.value)[0]
  if (reached === undefined) return undefined
  return colourOf(reached.color)
}

/** A colour as Grafana and CSS name them; undefined for any other text. */
export function colourOf(name: string): string | undefined {
  const base = name.replace(/^(?:semi-|super-)?(?:light-|dark-)?/, '')
  return named[base] ?? (/^(?:#|rgb)/.test(name) ? name : undefined)
}

/** Where a value lies between the least and the most that the panel shows. */
export function shareOf(value: number | null, spec: Spec, highest: number): number {
  if (value === null) return 0
  const low = spec.min ?? 0
  const high = spec.max ?? Math.max(highest, low + 1e-12)
  return Math.max(0, Math.min(1, (value - low) / (high - low || 1)))
}
