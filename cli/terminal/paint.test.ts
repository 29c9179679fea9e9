import { describe, expect, it } from 'vitest'
import { formatTable } from '../human.ts'
import { toCsvLine } from './csv.ts'
import { toJsonLine } from './output.ts'
import { painterFor } from './paint.ts'
import { truncate, widthOf } from './width.ts'

const terminal = { isTTY: true }
const red = '\u001b[31mx\u001b[0m'

describe('colours', () => {
  it.each([
    [terminal, {}, 'auto', red],
    [{}, {}, 'auto', 'x'],
    [terminal, { NO_COLOR: '1' }, 'auto', 'x'],
    [terminal, { NO_COLOR: '' }, 'auto', red],
    [terminal, { TERM: 'dumb' }, 'auto', 'x'],
    [{}, { FORCE_COLOR: '1' }, 'auto', red],
    [terminal, { NO_COLOR: '1' }, 'always', red],
    [terminal, {}, 'never', 'x'],
  ] as const)('for %j in %j with --color %3$s', (stream, environment, choice, expected) => {
    expect(painterFor(stream, environment, choice)('x', 'bad')).toBe(expected)
  })
})

describe('tables', () => {
  it('are aligned by what is seen, whatever the colours and however wide the characters', () => {
    const paint = painterFor(terminal, {}, 'always')
    const table = formatTable(
      ['name', 'n'],
      [
        [{ text: '日本', style: 'bad' }, 1],
        ['a', 22],
      ],
      paint,
    )
    expect(table.split('\n').slice(1, 3)).toEqual(['\u001b[31m日本\u001b[0m   1', 'a     22'])
    expect([widthOf('日本'), widthOf('e\u0301'), truncate('abcdef', 4), truncate('日本語', 4)]).toEqual([
      4,
      1,
      'abc…',
      '日…',
    ])
  })
})

describe('forms for machines', () => {
  it('keep everything, and nothing that a terminal obeys', () => {
    expect(toJsonLine({ a: 'x\u009b31m\u202e', b: 1n })).toBe('{"a":"x\\u009b31m\\u202e","b":"1"}')
    expect(toCsvLine(['a,b', 'say "x"', null, [1, 2], '\u001b[31m'], true)).toBe(
      '"a,b","say ""x""",,"[1,2]",\\x1b[31m\n',
    )
  })
})
