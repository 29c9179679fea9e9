import { describe, expect, it } from 'vitest'
import { compileRe2, Re2SyntaxError } from './index.ts'

function failure(pattern: string): Re2SyntaxError {
  try {
    compileRe2(pattern)
  } catch (error) {
    if (error instanceof Re2SyntaxError) return error
    throw error
  }
  throw new Error(`'${pattern}' was taken`)
}

describe('a pattern', () => {
  it.each([
    ['^.$', '😀', true],
    ['^.$', 'é', true],
    ['^\\C\\C$', 'é', true],
    ['^\\C$', 'é', false],
    ['a.b', 'a\nb', true],
    ['(?-s)a.b', 'a\nb', false],
    ['\\s', '\u00a0', false],
    ['\\s', '\v', false],
    ['^\\w+$', 'é', false],
    ['\\d', '٣', false],
    ['\\pN', '٣', true],
    ['\\bé', 'é', false],
    ['case (?i)test', 'case TEST', true],
    ['case (?i)test', 'CASE TEST', false],
    ['(?i)straße', 'STRAẞE', true],
    ['(?i)[^k]', 'K', false],
    ['\\p{Greek}', 'α', true],
    ['(?i)\\p{Lu}', 'a', true],
    ['[[:upper:]]', 'aB', true],
    ['[[:^upper:]]', 'B', false],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['a\\z', 'a\n', false],
    ['(?m)a$', 'a\nb', true],
    ['(?m)a$', 'a\rb', false],
    ['\\x{1F600}', '😀', true],
    ['[^\\x00-\\x{10FFFF}]', 'a', false],
    ['x{0}y', 'y', true],
  ])('%s in %j: %s', (pattern, text, expected) => {
    expect(compileRe2(pattern).test(text)).toBe(expected)
  })

  it('that is anchored takes the whole text', () => {
    expect(compileRe2('a|ab', { anchored: true }).test('ab')).toBe(true)
    expect(compileRe2('a|ab', { anchored: true }).test('abc')).toBe(false)
    expect(compileRe2('.*disk.*', { anchored: true }).test('a\ndisk is full')).toBe(true)
  })

  it('has groups by number and by name', () => {
    const re2 = compileRe2('(?P<host>\\w+)(?::(?<port>\\d+))?')
    expect(re2.groupNames).toEqual([undefined, 'host', 'port'])
    expect(re2.exec('at db1:5432')).toMatchObject({ start: 0, end: 2, groups: ['at', 'at', undefined] })
    const found = re2.exec('at db1:5432', 2)
    expect(found?.groups).toEqual(['db1:5432', 'db1', '5432'])
    expect([...(found?.ranges ?? [])]).toEqual([3, 11, 3, 6, 7, 11])
  })

  it('gives the shortest match where it is ungreedy', () => {
    expect(compileRe2('(?U)a+').exec('aaa')?.groups).toEqual(['a'])
    expect(compileRe2('(?U)a+?').exec('aaa')?.groups).toEqual(['aaa'])
  })
})

describe('replacing', () => {
  it.each([
    ['(\\w+)@(?P<domain>\\w+)', 'ada@home, bob@work', '${domain} of $1', 'home of ada, work of bob'],
    ['(\\w+)@', 'ada@home', '\\1 at \\0', 'ada at ada@home'],
    ['\\d+', 'costs 7', '$$', 'costs $'],
    ['\\d+', 'costs 7', '$9x$1x', 'costs '],
    ['a*', 'baaac', 'x', 'xbxcx'],
    ['', '😀b', '-', '-😀-b-'],
    ['z', 'abc', 'x', 'abc'],
    ['\\C', 'é', '?', '??'],
    ['^a', 'aaa', 'b', 'baa'],
    ['(?i)K', 'kK', '', ''],
  ])('%s in %j with %s gives %j', (pattern, text, template, expected) => {
    expect(compileRe2(pattern).replaceAll(text, template)).toBe(expected)
  })
})

describe('what RE2 does not take', () => {
  it.each([
    ['\\u0041', 0, '\\u is no escape of RE2', 'write \\x{0041} for a character by its number'],
    ['ab{1001}', 2, '{1001} is more than 1000 times', undefined],
    ['(?:a{100}){11}', 10, '{11} repeats more than 1000 times in all', undefined],
    ['x(?=y)', 1, 'look-around is not part of RE2', 'use several filters, one after the other'],
    ['x(?<!y)', 1, 'look-around is not part of RE2', 'use several filters, one after the other'],
    ['(a)\\1', 3, 'backreferences are not part of RE2', 'use several filters, one after the other'],
    ['a(b', 1, 'a group is not closed', 'add a closing ), or write \\( for a parenthesis itself'],
    ['a)', 1, 'a ) closes nothing', 'write \\) for a parenthesis itself'],
    ['*a', 0, 'nothing stands before *', 'write \\* for the character itself'],
    ['a**', 2, '** has two quantifiers in a row', 'put the first with what it repeats in (?: )'],
    ['a[bc', 1, 'the character class does not end', 'add a closing ], or write \\[ for a bracket'],
    ['[z-a]', 1, 'the range z-a is the wrong way round', 'write the lower character first'],
    ['[[:foo:]]', 1, '[:foo:] is no class', undefined],
    ['\\p{Klingon}', 0, 'Klingon is no Unicode class', undefined],
    ['a\\', 1, 'a backslash ends the pattern', 'write \\\\ for a backslash itself'],
    ['(?P<n>a)(?P<n>b)', 8, 'two groups have the name n', 'give each a name of its own'],
    ['a\\Z', 1, '\\Z is no escape of RE2', 'write \\z for the end of the text'],
    ['(?x)a', 0, '(?x is no group of RE2', undefined],
    ['\\pL{900}', 0, 'the pattern is too large when its counts are written out', 'use smaller counts'],
    ['a'.repeat(8193), 8192, 'the pattern is longer than 8192 characters', undefined],
    ['('.repeat(1002), 1001, 'groups are nested too deep', undefined],
  ])('%s', (pattern, at, message, suggestion) => {
    const error = failure(pattern)
    expect([error.code, error.at, error.message]).toEqual(['RE2_SYNTAX', at, message])
    if (suggestion !== undefined) expect(error.suggestion).toBe(suggestion)
  })
})

describe('no pattern makes a text of a megabyte take long', () => {
  const long = 'a'.repeat(1_000_000)
  it.each([
    '(a*)*b',
    '(a|a)*b',
    'a+b',
    'a.*b.*c',
    '(a|aa)+$x',
    'a{1,50}b',
    '(?:a?){30}a{30}b',
    '^(a+)+$x',
    '\\w+@',
  ])('%s', pattern => {
    const started = performance.now()
    expect(compileRe2(pattern).test(long)).toBe(false)
    expect(compileRe2(pattern).exec(long)).toBe(undefined)
    expect(performance.now() - started).toBeLessThan(1500)
  })
})

describe('texts that every match has', () => {
  it.each<[string, string[]]>([
    ['order [0-9]*99 accepted', ['order ', '99 accepted']],
    ['(?i)Time.out', ['time', 'out']],
    ['a(bc)d', ['abcd']],
    ['a(b|c)d', ['a', 'd']],
    ['ab+c', ['a', 'b', 'c']],
    ['ab?c', ['a', 'c']],
    ['^x$|y', []],
    ['\\bword\\b', ['word']],
    ['[Aa]b[ab]', ['ab']],
  ])('%s', (pattern, texts) => {
    expect(compileRe2(pattern).requiredTexts()).toEqual(texts)
  })
})

it.each([
  ['order [0-9]*99', 'order 129', 'x"\n'],
  ['[^"]+', 'abc \n', '"'],
  ['(?i)a|b', 'aAbB', 'c'],
])('%s may take some characters and no others', (pattern, taken, others) => {
  const takes = compileRe2(pattern).takenCharacters()
  expect([...taken].map(character => takes?.(character.charCodeAt(0)))).not.toContain(false)
  expect([...others].map(character => takes?.(character.charCodeAt(0)))).not.toContain(true)
})

it.each(['^a', 'a\\b', 'a$', '\\C'])('%s looks at more than characters', pattern => {
  expect(compileRe2(pattern).takenCharacters()).toBeUndefined()
})
