import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SplitOptions, Splitter } from './splitter.ts'

/** Feeds text in pieces as a file that grows, re-reading what was not finished, as the reader does. */
function feed(text: string, pieces: number[], options: SplitOptions): { lines: string[]; cut: string[] } {
  const bytes = Buffer.from(text)
  const splitter = new Splitter(options)
  const lines: string[] = []
  const cut: string[] = []
  let at = 0
  const ends = [...pieces.map(p => p % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  ends.forEach((end, i) => {
    if (end < at) return
    const ending = i === ends.length - 1 ? 'finished' : 'open'
    at = splitter.split(bytes, at, end, ending, (from, to, isCut) =>
      (isCut ? cut : lines).push(bytes.toString('latin1', from, to)),
    )
  })
  expect(at).toBe(bytes.length)
  return { lines, cut }
}

const plain: SplitOptions = { maxLineBytes: 100, multiline: undefined }

describe('a splitter', () => {
  test('finds every line once, however the file grows', () => {
    const text = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b', '\r'), maxLength: 8 }))
      .map(l => l.join('\n'))
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (content, pieces) => {
        const expected = content.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(feed(content, pieces, plain).lines).toEqual(expected)
      }),
    )
  })

  test('cuts a line that is too long once and passes over its rest', () => {
    const text = `short\n${'x'.repeat(50)}\nafter\n`
    fc.assert(
      fc.property(fc.array(fc.nat()), pieces => {
        const { lines, cut } = feed(text, pieces, { ...plain, maxLineBytes: 10 })
        expect(cut).toEqual(['x'.repeat(10)])
        expect(lines).toEqual(['short', 'after'])
      }),
    )
  })

  test('joins continuation lines to the line before them', () => {
    const text = '> one\n  at a\n  at b\n> two\n> three\n  at c'
    fc.assert(
      fc.property(fc.array(fc.nat()), pieces => {
        const multiline = { start: /^>/, maxLines: 10 }
        expect(feed(text, pieces, { ...plain, multiline }).lines).toEqual([
          '> one\n  at a\n  at b',
          '> two',
          '> three\n  at c',
        ])
      }),
    )
  })

  test('ends an event at its most lines', () => {
    const multiline = { start: /^>/, maxLines: 2 }
    expect(feed('> a\nb\nc\nd\ne\n', [], { ...plain, multiline }).lines).toEqual(['> a\nb', 'c\nd', 'e'])
  })

  test('takes an event for whole when told that it is quiet, but not a line without an end', () => {
    const splitter = new Splitter({ ...plain, multiline: { start: /^>/, maxLines: 9 } })
    const bytes = Buffer.from('> a\nb\n> unfinish')
    const lines: string[] = []
    const onLine = (from: number, to: number): void => void lines.push(bytes.toString('latin1', from, to))
    expect(splitter.split(bytes, 0, bytes.length, 'open', onLine)).toBe(0)
    expect(splitter.split(bytes, 0, bytes.length, 'quiet', onLine)).toBe(6)
    expect(lines).toEqual(['> a\nb'])
  })
})
