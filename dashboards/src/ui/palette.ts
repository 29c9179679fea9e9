/** Colours of series and services; they can be told apart on light and on dark. */
export const palette = [
  '#3d7dd8',
  '#e08b3a',
  '#3da06b',
  '#c9504a',
  '#8a63c4',
  '#2a9fb0',
  '#b8860b',
  '#d1609b',
  '#6b8e23',
  '#7a8699',
] as const

export interface Stroke {
  /** A CSS colour. */
  colour: string
  /** Lengths of strokes and gaps, in px; empty for a line without gaps. */
  dash: readonly number[]
}

/** One for each time that the colours have been used up: how lines are dashed, and how much of its colour a bar has. */
const rounds: readonly { dash: readonly number[]; percent: number }[] = [
  { dash: [], percent: 100 },
  { dash: [7, 3], percent: 60 },
  { dash: [2, 3], percent: 35 },
  { dash: [9, 3, 2, 3], percent: 80 },
  { dash: [14, 4], percent: 48 },
]

/**
 * How a series is drawn, counted from 0, so that those of the same colour can be told apart: lines by their dashes, bars,
 * which have none, by being paler.
 *
 * @example
 * strokeOf(10, 'line') // => { colour: '#3d7dd8', dash: [7, 3] }
 */
export function strokeOf(i: number, kind: 'line' | 'area' | 'bars'): Stroke {
  const colour = palette[i % palette.length] as string
  const { dash, percent } = rounds[Math.floor(i / palette.length) % rounds.length] as (typeof rounds)[number]
  if (kind !== 'bars') return { colour, dash }
  return {
    colour: percent === 100 ? colour : `color-mix(in srgb, ${colour} ${percent}%, var(--surface-raised))`,
    dash: [],
  }
}
