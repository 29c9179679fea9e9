import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))
/** A number written before a word for many: `1 lines`. `countOf` knows one from many. */
const counted =
  /\b(?:count|length|total|size|lines|records|spans|values|panels|missing|rows|below)\)?\} (?:lines|values|spans|errors|records|services|partitions|panels|rows|parameters|things|days|hosts|agents|metrics|calls|brokers)\b/gi

describe('words of the page', () => {
  it('count one thing in the singular', () => {
    const found = globSync('**/*.{ts,tsx}', { cwd: folder })
      .filter(name => !name.endsWith('.test.ts'))
      .flatMap(name =>
        [...readFileSync(folder + name, 'utf8').matchAll(counted)].map(match => `${name}: ${match[0]}`),
      )
    expect(found).toEqual([])
  })
})
