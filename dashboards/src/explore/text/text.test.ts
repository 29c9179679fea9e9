import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runsOf, withoutAnsi } from './ansi.ts'
import { parseExact, stringifyExact } from './exact.ts'
import { entriesOf, isBranch, jsonOf } from './json.ts'
import { markerOf, piecesOf } from './marks.ts'
import { visible } from './visible.ts'

const esc = '\u001b'

describe('the colours of a terminal', () => {
  it('become looks, and no sequence is left', () => {
    expect(runsOf(`a ${esc}[1;33mwarn${esc}[0m b${esc}[2K${esc}[38;5;196mx${esc}[39my`)).toEqual([
      { text: 'a ', look: {} },
      { text: 'warn', look: { bold: true, colour: 'var(--ansi-yellow)' } },
      { text: ' b', look: {} },
      { text: 'x', look: { colour: 'rgb(255 0 0)' } },
      { text: 'y', look: {} },
    ])
    expect(withoutAnsi(`${esc}]8;;http://x${esc}\\link${esc}]8;;${esc}\\ ${esc}[91mred${esc}[m`)).toBe(
      'link red',
    )
  })

  it('lose no text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', `${esc}[31m`, `${esc}[0m`, 'Ω', ' ', '[33m')), parts => {
        const text = parts.join('')
        expect(
          runsOf(text)
            .map(run => run.text)
            .join(''),
        ).toBe(withoutAnsi(text))
      }),
    )
  })
})

const marked = (query: string, text: string) =>
  piecesOf(text, markerOf(query))
    .map(({ text: part, isMatch }) => (isMatch ? `«${part}»` : part))
    .join('')

describe('matches', () => {
  it.each([
    ['timeout refused', 'Timeout: was REFUSED, refusedly', '«Timeout»: was «REFUSED», refusedly'],
    ['"was ref" -timeout level:error', 'timeout was refused error', 'timeout «was ref»used error'],
    ['{a="x"} |= "b" or "c" != "d"', 'x b c d', 'x «b» «c» d'],
    ['{} |~ "t[io]+m" | x="m"', 'a tiom', 'a «tiom»'],
    ['{} |~ "(?i)TIME" ', 'a time', 'a «time»'],
    ['', 'a', 'a'],
  ])('%s in %s', (query, text, expected) => expect(marked(query, text)).toBe(expected))

  it('are marked across colours', () => {
    expect(marked('timeout', `time${esc}[31mout${esc}[0m!`)).toBe('«time»«out»!')
  })
})

it('characters that are not seen are shown as their codes, tabs and line breaks stay', () => {
  expect(visible('a\tb\n\u0000\u202Ec\u2066 é')).toBe('a\tb\n\\x00\\u202ec\\u2066 é')
})

it.each([
  String.raw`{"a":"1.10 \" 2.20","b\"1.10":-0,"c":1E5}`,
  '[0.1,1.0,0.00000001,123456789012345678901234567890]',
  String.raw`"\u00e9 1.10"`,
])('JSON keeps its texts and numbers: %s', text => {
  expect(stringifyExact(parseExact(text))).toBe(text.replace(String.raw`\u00e9`, 'é'))
})

it.each(['1.10.2', '[01.10]', '{"a":1.10', '+1.10', '1.10e'])('is not JSON: %s', text => {
  expect(() => parseExact(text)).toThrow(SyntaxError)
})

it('numbers of JSON are shown and copied as they were written', () => {
  const text = '{"id":23958446825181076828,"price":1.10,"deep":[9007199254740993,{"n":1e400}],"count":12}'
  const value = jsonOf(text) ?? null
  expect(stringifyExact(value)).toBe(text)
  expect(entriesOf(value).map(([key, item]) => [key, isBranch(item), stringifyExact(item)])).toEqual([
    ['id', false, '23958446825181076828'],
    ['price', false, '1.10'],
    ['deep', true, '[9007199254740993,{"n":1e400}]'],
    ['count', false, '12'],
  ])
})
