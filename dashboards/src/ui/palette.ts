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

export function colourOf(i: number): string {
  return palette[i % palette.length] as string
}
