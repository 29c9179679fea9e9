import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    [light ?? '', dark ?? ''] as const,
  ]),
)

/** Relative luminance, 0 to 1. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const texts = [...tokens.keys()].filter(name => /^(level-|text|accent$|warning$|good$|danger$)/.test(name))
const grounds = ['surface', 'surface-raised', 'surface-hover']

it.each(texts)('%s can be read as text, light and dark', name => {
  for (const ground of grounds)
    for (const theme of [0, 1] as const) {
      const ratio = contrast(tokens.get(name)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? '')
      expect(ratio, `on ${ground}, ${['light', 'dark'][theme]}`).toBeGreaterThanOrEqual(4.5)
    }
})
