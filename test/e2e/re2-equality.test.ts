import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { compileRe2, Re2SyntaxError } from '../../lib/re2/index.ts'
import { patterns, texts } from '../../lib/re2/testing/patterns.ts'
import { createStoreClient } from '../../store/index.ts'
import { type RunningRole, startRole } from './stack.ts'

const samples = [
  '',
  'a',
  'A',
  'aB',
  'aaa',
  'a.b',
  'axb',
  'a\nb',
  'a\rb',
  'a\u2028b',
  'é',
  'É',
  'straße',
  'STRAẞE',
  '😀',
  '😀😁',
  'k',
  'K',
  'ſ',
  's',
  '\u00a0',
  '\v',
  '\f',
  '\t x',
  '٣',
  '7',
  'α',
  'Ω',
  '漢字',
  'case test',
  'case TEST',
  'CASE TEST',
  'A(',
  '[]',
  '{1}',
  'a{1001}',
  'u0041',
  'GET /cart?id=7 500',
  '2026-01-15T10:20:30Z error timeout',
  'ada@example.com',
  '\u0000',
  '\\',
  '"quoted"',
  'x'.repeat(1000),
]
// not among them is what the engine takes although RE2 does not: it looks for some patterns without asking RE2 (`a)`, `\\`)
const kinds = [
  '[[:upper:]]',
  '[[:^upper:]]',
  '[[:word:]-]',
  '[[:foo:]]',
  '[[:space:]]',
  '[[:punct:]]',
  '\\pL+',
  '\\PL',
  '\\p{Greek}',
  '\\p{^Greek}',
  '\\P{Lu}',
  '\\p{Han}',
  '\\pN',
  '\\p{Any}',
  '\\P{Any}',
  '\\p{greek}',
  '\\p{Letter}',
  '\\pX',
  '\\p{C}',
  '(?i)\\p{Lu}',
  '(?i)\\P{Lu}',
  '\\Qa.b\\E',
  '\\Qa.b',
  'a\\Q.\\E*b',
  '\\E',
  'a\\z',
  'a\\Z',
  '\\Aa',
  'b$',
  '(?m)a$',
  '(?m)^b',
  '^.$',
  '^..$',
  '.b',
  '(?-s)a.b',
  '(?s)a.b',
  '^\\C$',
  '^\\C\\C$',
  '\\C{4}',
  '[\\C]',
  '\\s',
  '\\S',
  '[^\\s]',
  '\\d',
  '\\w',
  '^\\W$',
  '\\bé',
  '\\b.\\b',
  '\\B',
  '\\u0041',
  '\\U0041',
  '\\x41',
  '\\x{41}',
  '\\x{1F600}',
  '\\x{10FFFF}',
  '\\x{110000}',
  '\\101',
  '\\0',
  '\\8',
  '\\1',
  '(a)\\1',
  '\\a',
  '\\f',
  '\\v',
  '\\e',
  '\\cA',
  '\\h',
  '\\_',
  '\\é',
  '\\"',
  'a{1001}',
  'a{1000}',
  'a{2,1}',
  'a{,2}',
  'a{',
  '{1}',
  '(a{100}){10}',
  '(a{100}){11}',
  'x{1000}',
  'a**',
  'a*?',
  'a*+',
  '*a',
  '(*a)',
  'a|*',
  'case (?i)test',
  'case (?i:te)ST',
  '(?i)case(?-i) test',
  '(?U)a+',
  '(?U)a+?',
  '(?i-)a',
  '(?)a',
  '(?x)a',
  '(?#c)a',
  '(?=a)',
  '(?!a)',
  '(?<=a)b',
  '(?<!a)b',
  '(?>a)',
  '(?P<n>a)',
  '(?<n>a)',
  '(?P=n)',
  '(?P<1>a)',
  '(?P<a-b>a)',
  '(?P<n',
  '(a',
  '[a',
  '[]a]',
  '[^]a]',
  '[a-]',
  '[-a]',
  '[a-\\d]',
  '[z-a]',
  '[\\w-]',
  '[😀-😂]',
  '(?i)[k-k]',
  '(?i)[^k]',
  '(?i)ſ',
  '(?i)K',
  '(?i)ß',
  '(?i)straße',
  '(?i)é',
  '(?i)\\w',
  '',
  '()',
  '(|a)',
  'a||b',
  '^*',
  '\\b+',
  '(?:a*)*',
  '(a*)+$',
  '$^',
  'a^',
  '\\.',
  '[.]',
  '\\p',
  '\\p{',
  '\\x',
  '\\x4',
]

let folder: string
let store: RunningRole
let client: ClickHouseClient

/** What the engine's `match` says of each text; undefined where it refuses the pattern. */
async function engine(pattern: string, of: readonly string[]): Promise<boolean[] | undefined> {
  try {
    const result = await client.query({
      query: 'SELECT arrayMap(text -> match(text, {pattern:String}), {texts:Array(String)}) AS found',
      query_params: { pattern, texts: of },
      format: 'JSONEachRow',
    })
    return (await result.json<{ found: number[] }>())[0]?.found.map(found => found === 1)
  } catch (error) {
    expect((error as Error).message).toContain('cannot compile re2')
    return undefined
  }
}

function ours(pattern: string, of: readonly string[]): boolean[] | undefined {
  try {
    const re2 = compileRe2(pattern)
    return of.map(text => re2.test(text))
  } catch (error) {
    expect(error).toBeInstanceOf(Re2SyntaxError)
    return undefined
  }
}

describe('regular expressions mean the same here and in the engine', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-re2-'))
    store = await startRole('store', [`dataDir=${folder}`, 'store.listen=127.0.0.1:0'])
    const config = parseConfig('', { set: [`dataDir=${folder}`, `store.listen=${store.address}`] })
    client = await createStoreClient(config)
  }, 60_000)

  afterAll(async () => {
    await client?.close()
    await store?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  it.each(kinds)('%s', async pattern => {
    const expected = ours(pattern, samples)
    expect(expected).toEqual(await engine(pattern, samples))
    if (expected !== undefined)
      expect(await engine(compileRe2(pattern).forClickHouse(), samples)).toEqual(expected)
  })

  it('made up ones', async () => {
    await fc.assert(
      fc.asyncProperty(patterns, fc.array(texts, { minLength: 4, maxLength: 8 }), async (pattern, some) => {
        const expected = ours(pattern, some)
        if (expected === undefined) return
        for (const anchored of [false, true]) {
          const re2 = compileRe2(pattern, { anchored })
          expect(some.map(text => re2.test(text))).toEqual(await engine(re2.forClickHouse(), some))
        }
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
