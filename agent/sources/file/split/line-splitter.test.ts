import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventJoiner } from './event-joiner.ts'
import { LineSplitter } from './line-splitter.ts'
import { PatternRules } from './pattern-rules.ts'
import type { Ending, RowSink } from './rows.ts'

interface Settings {
  maxLineBytes?: number
  multiline?: { start: string; maxLines: number } | { continue: string; maxLines: number }
}

/** Rows as text, with the names of their flags behind them, and `-N rule` for what was dropped. */
class Rows implements RowSink {
  readonly all: string[] = []
  #dropped = 0
  #rule = ''

  row(bytes: Buffer, start: number, end: number, flags: number): void {
    this.settle()
    const names = ['cut', 'partial', 'continued'].filter((_, i) => (flags & (1 << i)) !== 0)
    this.all.push([bytes.toString('utf8', start, end), ...names].join('|'))
  }

  drop(rule: string, start: number, end: number): void {
    if (rule !== this.#rule) this.settle()
    this.#rule = rule
    this.#dropped += end - start
  }

  settle(): void {
    if (this.#dropped > 0) this.all.push(`-${this.#dropped} ${this.#rule}`)
    this.#dropped = 0
  }
}

/** Feeds text in pieces as a file that grows, re-reading what was not finished, as the reader does. */
function feed(
  content: string | Buffer,
  pieces: number[],
  settings: Settings,
  last: Ending = 'finished',
): string[] {
  const bytes = Buffer.from(content)
  const { maxLineBytes = 100, multiline } = settings
  const splitter = new LineSplitter(maxLineBytes)
  const joiner = multiline && new EventJoiner(new PatternRules(multiline), { ...multiline, maxBytes: 100 })
  const rows = new Rows()
  let at = 0
  const ends = [...pieces.map(p => p % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  ends.forEach((end, i) => {
    if (end < at) return
    const ending = i === ends.length - 1 ? last : 'open'
    joiner?.begin(rows)
    const done = splitter.split(bytes, at, end, ending, joiner ?? rows)
    const open = joiner?.end(ending) ?? -1
    at = open < 0 ? done : open
  })
  rows.settle()
  if (last === 'finished') expect(at).toBe(bytes.length)
  return rows.all
}

/** The same however the file grew. */
function expectRows(content: string | Buffer, expected: string[], settings: Settings = {}): void {
  fc.assert(
    fc.property(fc.array(fc.nat()), pieces => {
      expect(feed(content, pieces, settings)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
}

describe('a splitter', () => {
  test('finds every line once, however the file grows', () => {
    const text = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\0'), maxLength: 8 }).map(line => `x${line}`))
      .map(lines => lines.join('\n'))
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (content, pieces) => {
        const expected = content.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(feed(content, pieces, {})).toEqual(expected)
      }),
    )
  })

  test('does not take a lone carriage return for an end', () => {
    expectRows('10 %\r50 %\r100 %\r\nnext\r\n', ['10 %\r50 %\r100 %\r', 'next\r'])
  })

  test('cuts a line that is too long between characters, once, and counts its rest', () => {
    expectRows(`short\n${'é'.repeat(50)}\nafter\n`, ['short', 'ééé|cut', '-95 cut', 'after'], {
      maxLineBytes: 7,
    })
  })

  test('counts a carriage return at the end to the end, not to the length', () => {
    expectRows('1234567\r\n12345678\r\nnext\r\n', ['1234567\r', '1234567|cut', '-3 cut', 'next\r'], {
      maxLineBytes: 7,
    })
  })

  test('takes what nothing follows without its end, and its rest as the next row', () => {
    const splitter = new LineSplitter(100)
    const rows = new Rows()
    const bytes = Buffer.from('one\nhalf \u00e9 rest\nnext\n')
    const inside = bytes.indexOf(0xc3) + 1
    expect(splitter.split(bytes, 0, inside, 'open', rows)).toBe(4)
    // half a character waits for the other half
    expect(splitter.split(bytes, 4, inside, 'partial', rows)).toBe(inside - 1)
    expect(splitter.split(bytes, inside - 1, bytes.length, 'open', rows)).toBe(bytes.length)
    expect(rows.all).toEqual(['one', 'half |partial', 'é rest|continued', 'next'])
  })

  test.each(['\n', '\r\n'])('makes no row of an end that came late: %j', end => {
    const splitter = new LineSplitter(100)
    const rows = new Rows()
    const bytes = Buffer.from(`prompt> ${end}next\n`)
    expect(splitter.split(bytes, 0, 8, 'partial', rows)).toBe(8)
    expect(splitter.split(bytes, 8, bytes.length, 'open', rows)).toBe(bytes.length)
    expect(rows.all).toEqual(['prompt> |partial', 'next'])
  })

  test.each([1, 100, 75_000, 970_000])('passes over a hole of %i NULs before a line', bytes => {
    const hole = Buffer.alloc(bytes)
    const content = Buffer.concat([hole, Buffer.from('one\ntwo\n'), hole, Buffer.from('three\n')])
    expectRows(content, [`-${bytes} nul-hole`, 'one', 'two', `-${bytes} nul-hole`, 'three'])
  })

  test('ends a line at a hole within it, not at a few NULs', () => {
    const content = `a\0b\0\0c\nhalf${'\0'.repeat(64)}whole\n`
    expectRows(content, ['a\0b\0\0c', 'half|partial', '-64 nul-hole', 'whole'])
    const within = `${'x'.repeat(50)}${'\0'.repeat(64)}whole\n`
    expectRows(within, ['xxxxx|cut', '-45 cut', '-64 nul-hole', 'whole'], { maxLineBytes: 5 })
  })

  test('does not make a line of a hole that nothing follows', () => {
    expectRows(Buffer.concat([Buffer.from('one\n'), Buffer.alloc(5000)]), ['one', '-5000 nul-hole'])
  })
})

describe('with a pattern, a splitter', () => {
  const multiline = { start: '^>', maxLines: 10 }

  test('joins continuation lines to the line before them', () => {
    const text = '> one\n  at a\n  at b\n> two\n> three\n  at c'
    expectRows(text, ['> one\n  at a\n  at b', '> two', '> three\n  at c'], { multiline })
    expectRows(text, ['> one\n  at a\n  at b', '> two', '> three\n  at c'], {
      multiline: { continue: '^ ', maxLines: 10 },
    })
  })

  test('ends an event at its most lines, and at its most bytes', () => {
    expectRows('> a\nb\nc\nd\ne\n', ['> a\nb', 'c\nd', 'e'], { multiline: { ...multiline, maxLines: 2 } })
    const long = 'x'.repeat(60)
    expectRows(`> a\n${long}\n${long}\nb\n`, [`> a\n${long}`, `${long}\nb`], { multiline })
  })

  test('takes time in proportion to the line whatever the pattern is', () => {
    const line = `${'a'.repeat(40)}!`
    expectRows(`${line}\nb\n`, [line, 'b'], { multiline: { continue: '^(a+)+$', maxLines: 10 } })
  })

  test('does not join a line that is cut, nor anything over a hole', () => {
    const content = `> a\nb\n${'x'.repeat(120)}\nc\n${'\0'.repeat(9)}d\n`
    const expected = ['> a\nb', `${'x'.repeat(100)}|cut`, '-21 cut', 'c', '-9 nul-hole', 'd']
    expectRows(content, expected, { multiline })
  })

  test('takes an event for whole when told that it is quiet, but not a line without an end', () => {
    const content = '> a\nb\n> unfinish'
    expect(feed(content, [], { multiline }, 'open')).toEqual([])
    expect(feed(content, [], { multiline }, 'quiet')).toEqual(['> a\nb'])
    expect(feed(content, [], { multiline }, 'partial')).toEqual(['> a\nb', '> unfinish|partial'])
    expect(feed('> a\nhalf', [], { multiline }, 'partial')).toEqual(['> a\nhalf|partial'])
  })
})
