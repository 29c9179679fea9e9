import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SyslogFrames } from './framing.ts'

function messagesOf(chunks: readonly string[], maxBytes = 1000): string[] {
  const frames = new SyslogFrames(maxBytes)
  const found: string[] = []
  const take = (message: Buffer, cut: boolean): void => {
    found.push(`${message}${cut ? ' (cut)' : ''}`)
  }
  for (const chunk of chunks) frames.push(Buffer.from(chunk), take)
  frames.end(take)
  return found
}

test.each([
  ['<1>a\n<2>b\n', ['<1>a', '<2>b']],
  ['<1>a\r\n\n<2>b', ['<1>a', '<2>b']],
  ['4 <1>a6 <2>b c', ['<1>a', '<2>b c']],
  ['5 <1>a\n<2>lines after\n', ['<1>a', '<2>lines after']],
  ['<1>one\0<2>two\0', ['<1>one', '<2>two']],
  ['7 <1>a\nb\n<2>c\n', ['<1>a\nb', '<2>c']],
  ['2026 build done\n<13>one\n<13>two\n', ['2026 build done', '<13>one', '<13>two']],
  ['99999999999 is no length\n<1>x\n', ['99999999999 is no length', '<1>x']],
  ['40 <1>the connection ends', ['<1>the connection ends (cut)']],
])('finds the messages of %j', (stream, expected) => {
  expect(messagesOf([stream])).toEqual(expected)
})

test('cuts what is too long and goes on behind it', () => {
  expect(messagesOf([`${'x'.repeat(30)}\n<1>next\n`], 10)).toEqual(['xxxxxxxxxx (cut)', '<1>next'])
  expect(messagesOf([`33 <1>${'y'.repeat(30)}7 <1>next`], 10)).toEqual(['<1>yyyyyyy (cut)', '<1>next'])
  const huge = `<1>${'z'.repeat(12_345_678)}`
  expect(messagesOf([`${huge.length} ${huge}7 <1>next`], 10)).toEqual(['<1>zzzzzzz (cut)', '<1>next'])
})

test('finds the same however the stream is cut into packets', () => {
  const message = fc.stringMatching(/^<[0-9]>[a-z ]{0,40}[a-z]$/)
  const framed = fc
    .tuple(message, fc.boolean())
    .map(([text, counted]) => (counted ? `${text.length} ${text}` : `${text}\n`))
  fc.assert(
    fc.property(fc.array(framed), fc.integer({ min: 1, max: 9 }), (list, size) => {
      const stream = list.join('')
      const chunks = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const plain = list.map(text => text.replace(/^\d+ /, '').trimEnd())
      expect(messagesOf(chunks)).toEqual(plain)
    }),
  )
})
