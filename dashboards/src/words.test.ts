import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))
/** A number written before a word for many: `1 lines`. `countOf` knows one from many. */
const counted =
  /\b(?:count|length|total|size|lines|records|spans|values|panels|missing|rows|below|gone)\)?\} (?:lines|values|spans|errors|records|services|partitions|panels|rows|parameters|things|days|hosts|agents|metrics|calls|brokers|patterns)\b/gi
/** It says nothing of what is waited for. */
const bare = />Loading…|'Loading…'/g

function foundIn(files: string, expression: RegExp): string[] {
  return globSync(files, { cwd: folder })
    .filter(name => !name.endsWith('.test.ts'))
    .flatMap(name =>
      [...readFileSync(folder + name, 'utf8').matchAll(expression)].map(match => `${name}: ${match[0]}`),
    )
}

describe('words of the page', () => {
  it('count one thing in the singular', () => {
    expect(foundIn('**/*.{ts,tsx}', counted)).toEqual([])
  })

  it('say what is loaded in every view', () => {
    expect(foundIn('{admin,alerts,boards,fleet,metrics,streams,traces}/**/*.tsx', bare)).toEqual([])
  })
})
