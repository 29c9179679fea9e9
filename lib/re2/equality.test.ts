import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { compileRe2, type Re2, Re2SyntaxError } from './index.ts'
import { hasPlainGroups } from './linear.ts'
import { isNullable, type Node } from './node.ts'
import { parsePattern } from './parser.ts'
import { toJavaScript, toRe2 } from './render.ts'
import { searchForm } from './search-form.ts'
import { patterns, texts } from './testing/patterns.ts'

const flags = { ignoreCase: false, multiline: false, dotAll: true, ungreedy: false }

/** RE2 as it is, asked with the pattern as written. */
function reference(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL)
  } catch {
    return undefined
  }
}

function ours(pattern: string): Re2 | 'too large' | undefined {
  try {
    return compileRe2(pattern)
  } catch (error) {
    expect(error).toBeInstanceOf(Re2SyntaxError)
    return (error as Error).message.includes('too large') ? 'too large' : undefined
  }
}

describe('whatever engine is chosen, the answer is RE2’s', () => {
  it('for the same patterns, the same texts and the same groups', () => {
    fc.assert(
      fc.property(patterns, fc.array(texts, { minLength: 3, maxLength: 6 }), (pattern, samples) => {
        const expected = reference(pattern)
        const re2 = ours(pattern)
        if (re2 === 'too large') return
        expect(re2 === undefined).toBe(expected === undefined)
        if (re2 === undefined || expected === undefined) return
        // Go's \B goes by characters, RE2's by bytes
        if (!pattern.includes('\\B'))
          expect(samples.map(t => re2.test(t))).toEqual(samples.map(t => expected.test(t)))
        for (const text of samples) compareMatches(re2, expected, text)
      }),
      { numRuns: 700 },
    )
  })

  it('where V8 is asked, whether or not it would be', () => {
    let asked = 0
    fc.assert(
      fc.property(patterns, fc.array(texts, { minLength: 3, maxLength: 6 }), (pattern, samples) => {
        const expected = reference(pattern)
        if (expected === undefined) return
        const { node } = parsePattern(pattern, flags)
        for (const form of [node, searchForm(node)]) asked += compareForms(form, expected, samples)
        if (hasPlainGroups(node) && !isNullable(node)) compareGroups(node, expected, samples)
      }),
      { numRuns: 700 },
    )
    expect(asked).toBeGreaterThan(100)
  }, 30_000)

  it('for every character that has another case', () => {
    for (let code = 0; code <= 0x1ffff; code++) {
      const char = String.fromCodePoint(code)
      const cases = [...new Set([char.toLowerCase(), char.toUpperCase()])].filter(
        c => c !== char && [...c].length === 1,
      )
      if (cases.length === 0) continue
      const expected = RE2JS.compile(`(?i)${char}`)
      const re2 = compileRe2(`(?i)${char}`)
      for (const other of [...cases, 'k', 's'])
        expect([char, other, re2.test(other)]).toEqual([char, other, expected.test(other)])
    }
  })
})

/** Holds one form of a pattern, in the words of both engines, against the pattern; answers 1 where V8 has words for it. */
function compareForms(form: Node, expected: RE2JS, samples: readonly string[]): number {
  const inWords = RE2JS.compile(toRe2(form))
  for (const text of samples) expect(inWords.test(text)).toBe(expected.test(text))
  const source = toJavaScript(form)
  if (source === undefined || isNullable(form)) return 0
  const native = new RegExp(source, 'u')
  for (const text of samples) expect(native.test(text)).toBe(expected.test(text))
  return 1
}

function compareGroups(node: Node, expected: RE2JS, samples: readonly string[]): void {
  const source = toJavaScript(node)
  if (source === undefined) return
  const native = new RegExp(source, 'u')
  for (const text of samples) expect([...(native.exec(text) ?? [])]).toEqual([...(expected.exec(text) ?? [])])
}

function compareMatches(re2: Re2, expected: RE2JS, text: string): void {
  const found = expected.exec(text) as { index: number; [Symbol.iterator](): Iterator<string> } | null
  const match = re2.exec(text)
  expect([match?.groups, match?.start]).toEqual(
    found === null ? [undefined, undefined] : [[...found], found.index],
  )
}
