import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteSink } from '../native/bytes.ts'
import { TemplateScanner } from './scanner.ts'
import { PatternTable } from './table.ts'

const templateOf = (message: string | Buffer): string => {
  const bytes = Buffer.from(message)
  const sink = new ByteSink()
  new TemplateScanner().scan(bytes, 0, bytes.length, sink)
  return sink.view().toString()
}
const idOf = (bytes: Buffer, start = 0, end = bytes.length): string => {
  const scanner = new TemplateScanner()
  scanner.scan(bytes, start, end)
  return `${scanner.low} ${scanner.high}`
}

describe('the template of a message', () => {
  it.each([
    ['user 42 logged in', 'user <num> logged in'],
    [
      'GET /api/v1/cart/123 answered in 345 ms from 10.0.12.7:8080',
      'GET /api/v1/cart/<num> answered in <num> ms from <ip>',
    ],
    ['took 1.5ms, then 2m30s', 'took <duration>, then <duration>'],
    ['read 10KiB of 4.5MB', 'read <size> of <size>'],
    ['id f47ac10b-58cc-4372-a567-0e02b2c3d479 gone', 'id <id> gone'],
    ['commit 4f2a9c1d by bob', 'commit <id> by bob'],
    ['pointer 0x7ffe12', 'pointer <id>'],
    ['at 2026-01-31T10:11:12.123Z and 12:34:56', 'at <time> and <time>'],
    ['on 2026-01-31 10:11', 'on <time> <num>'],
    ['peer 2001:db8:0:1:1:1:1:1 left', 'peer <ip> left'],
    ['cannot open "a b.txt": it is gone', 'cannot open <quoted>: it is gone'],
    ["name 'x y' isn't 'z'", "name <quoted> isn't <quoted>"],
    ['{"msg": "x", "n": 5}', '{"msg": <quoted>, "n": <num>}'],
    ['a\t  b   c', 'a b c'],
    ['\u001b[31merror\u001b[0m 5', 'error <num>'],
    ['first line 1\nsecond line', 'first line <num>'],
    ['Größe 12 von größe', 'Größe <num> von größe'],
    ['http2 h2 v1 p99 blk_123', '<id> h2 v1 <id> <id>'],
    ['balance -12.50, 99%', 'balance -<num>, <num>%'],
    ['open "never closed 5', 'open "never closed <num>'],
    ['', ''],
    ['x=1 y=2.', 'x=<num> y=<num>.'],
    ['web-1.example.com', 'web-<id>'],
  ])('%j is %j', (message, template) => {
    expect(templateOf(message)).toBe(template)
  })

  it('depends on the message alone, wherever it lies', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.uint8Array(), (text, before, after) => {
        const message = Buffer.from(text)
        const inside = Buffer.concat([before, message, after])
        expect(idOf(inside, before.length, before.length + message.length)).toBe(idOf(message))
      }),
    )
  })

  it('takes any bytes and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
        templateOf(Buffer.from(bytes))
      }),
    )
  })

  it('is one exactly where the template is one', () => {
    const words = fc.constantFrom('a', 'b', '1', '22', ' ', '.', ':', '"', 'ms', '-', 'id')
    const message = fc.array(words, { maxLength: 8 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(message, message, (a, b) => {
        expect(idOf(Buffer.from(a)) === idOf(Buffer.from(b))).toBe(templateOf(a) === templateOf(b))
      }),
      { numRuns: 2000 },
    )
  })

  it('has an id that stays the same for ever', () => {
    expect(idOf(Buffer.from('user 42 logged in'))).toBe(idOf(Buffer.from('user 7 logged in')))
    expect(idOf(Buffer.from('user 42 logged in'))).toMatchInlineSnapshot(`"1550573780 2088172622"`)
  })
})

describe('the templates of a block', () => {
  it('are numbered in the order of their first appearance, beyond the first size of the table', () => {
    const table = new PatternTable()
    const intern = (text: string) => table.intern(Buffer.from(text), 0, Buffer.byteLength(text))
    const word = (i: number) => String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26))
    for (let i = 0; i < 500; i++) expect(intern(`${word(i)} 1`)).toBe(i)
    for (let i = 0; i < 500; i++) expect(intern(`${word(i)} 2`)).toBe(i)
    expect(table.template(27)).toBe('bb <num>')
    expect(table.size).toBe(500)
    table.clear()
    expect(intern('x')).toBe(0)
  })
})
