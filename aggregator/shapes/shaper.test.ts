import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Range } from '../../lib/otlp/index.ts'
import { MapColumn } from '../native/map.ts'
import { hidden, specialCount } from './parts.ts'
import { LineShaper } from './shaper.ts'
import { TimeText } from './time-text.ts'

const time = 1_763_862_000_123_456_789n
const severity = 'info'
const traceId = 'ab'.repeat(16)
const spanId = '0123456789abcdef'

interface Taken {
  shape: Buffer
  rest: Buffer
}

/** Lines of one block, one after the other. */
class Block {
  readonly shaper = new LineShaper()
  readonly map = new MapColumn()
  readonly shapes: Buffer[] = []
  /** Lines whose form was known. */
  known = 0

  take(line: string | Buffer, values: readonly string[], message = ''): Taken | undefined {
    const { shaper, shapes } = this
    const bytes = Buffer.from(line)
    if (!takeWith(shaper, this.map, bytes, values, message)) return undefined
    if (shaper.known !== undefined) {
      this.known++
      return { shape: shapes[shaper.known.place] as Buffer, rest: Buffer.alloc(0) }
    }
    const taken = { shape: Buffer.from(shaper.shape.view()), rest: Buffer.from(shaper.rest.view()) }
    shaper.remember(bytes, 0, bytes.length, shapes.push(taken.shape) - 1)
    return taken
  }
}

const take = (line: string | Buffer, values: readonly string[], message?: string) =>
  new Block().take(line, values, message)

function takeWith(
  shaper: LineShaper,
  map: MapColumn,
  bytes: Buffer,
  values: readonly string[],
  message: string,
): boolean {
  const { position } = map
  for (const [i, value] of values.entries()) map.pushPair(`key ${i}`, value)
  map.endRow()
  const column = map.values
  const { values: row } = shaper
  const request = Buffer.concat([Buffer.from(severity), Buffer.from(traceId + spanId, 'hex')])
  const range = (start: number, end: number) => Object.assign(new Range(), { start, end })
  if (!row.setAttributes(column.sink.bytes, position, column.sink.length)) return false
  row.setSpecials(
    request,
    Number(time & 0xffff_ffffn),
    Number(time >> 32n),
    range(0, 4),
    range(4, 20),
    range(20, 28),
  )
  row.setMessage(Buffer.from(`..${message}`), 2, 2 + Buffer.byteLength(message))
  return shaper.take(bytes, 0, bytes.length, map)
}

/** As `Body` in store/migrations/0001_logs.sql. */
function join(
  { shape, rest }: { shape: Buffer; rest: Buffer },
  values: readonly string[],
  message = '',
): Buffer {
  const split = (bytes: Buffer) => bytes.toString('latin1').split('\0')
  const text = new TimeText()
  text.set(Number(time & 0xffff_ffffn), Number(time >> 32n))
  const at = text.bytes.toString()
  const fractions = [23, 26, 29].map(end => at.slice(20, end))
  const pieces = split(shape)
  const said = Buffer.from(message).toString('latin1')
  const specials = [at.slice(0, 10), at.slice(11, 19), ...fractions, severity, traceId, spanId, said]
  expect(specials.length).toBe(specialCount)
  const parts = [
    ...pieces,
    ...specials,
    ...split(rest),
    ...values.map(value => Buffer.from(value).toString('latin1')),
  ]
  const order = pieces[0] ?? ''
  expect(order.length).toBe(parts.length)
  return Buffer.from(
    parts
      .map((part, i) => ({ part, place: order.charCodeAt(i) }))
      .filter(({ place }) => place !== hidden)
      .sort((a, b) => a.place - b.place)
      .map(({ part }) => part)
      .join(''),
    'latin1',
  )
}

const texts = (shape: Buffer) => shape.toString('latin1').split('\0').slice(1, -1)

describe('a line and its shape', () => {
  it('has only keys and signs in the shape, and no rest, where every value stands in a column', () => {
    const line = `{"time":"2025-11-23T01:40:00.123Z","level":"info","trace_id":"${traceId}","msg":"hello there","n":12}`
    const values = ['hello there', '12', '/var/log/x']
    const taken = take(line, values)
    expect(taken?.rest.toString()).toBe('')
    expect(texts(taken?.shape ?? Buffer.alloc(0))).toEqual([
      '{"time":"',
      'T',
      '.',
      'Z","level":"',
      '","trace_id":"',
      '","msg":"',
      '","n":',
      '}',
    ])
    expect(taken && join(taken, values).toString()).toBe(line)
    const keys = taken?.shape.toString('latin1').split('\0').at(-1)
    expect(keys?.split('\x01')).toEqual([' key 0', '-key 1', '-key 2'])
  })

  it('finds the message, which is no attribute, anywhere in the line', () => {
    const line = '{"a":"one","msg":"hello there","b":"two","c":"three"}'
    const values = ['one', 'two', 'three']
    const taken = take(line, values, 'hello there')
    expect(taken?.rest.toString()).toBe('')
    expect(texts(taken?.shape ?? Buffer.alloc(0))).toEqual([
      '{"a":"',
      '","msg":"',
      '","b":"',
      '","c":"',
      '"}',
    ])
    expect(taken && join(taken, values, 'hello there').toString()).toBe(line)
    expect(taken?.shape.toString('latin1').split('\0').at(-1)).toBe('-key 0\x01-key 1\x01-key 2')
  })

  it('has in the rest what is written otherwise than in the columns', () => {
    const line = '{"price":1.10,"big":1e3,"msg":"a \\"b\\"","ok":true,"user":"someone"}'
    const values = ['1.1', '1000', 'a "b"', 'true', 'someone']
    const taken = take(line, values)
    expect(taken?.rest.toString().split('\0')).toEqual(['1.10', '1e3', 'a \\"b'])
    expect(taken && join(taken, values).toString()).toBe(line)
  })

  it('is kept whole where nothing is found, where it has a NUL, and where it is too long', () => {
    expect(take('just some words', ['/var/log/x'])).toBeUndefined()
    expect(take('{"message":"hello there\0"}', ['hello there'])).toBeUndefined()
    expect(take(`message=hello${' x'.repeat(40_000)}`, ['hello'])).toBeUndefined()
  })

  it('never cuts a word between a value and what stands around it', () => {
    const line = 'took=12ms by worker worker1 for customer=somebody'
    const values = ['12', 'worker', 'somebody']
    const taken = take(line, values)
    expect(taken && join(taken, values).toString()).toBe(line)
    expect(taken?.rest.toString()).toBe('12ms by\0worker1 for')
  })

  it('has the form of a line before it, where all around its values is the same', () => {
    const block = new Block()
    const line = (user: string, took: string, more = '') =>
      `{"ts":"2025-11-23T01:40:00.123Z","level":"info","trace":"${traceId}","msg":"paid","user":"${user}","took":${took}${more}}`
    const cases: [line: string, values: string[], known: number][] = [
      [line('ann', '12'), ['ann', '12'], 0],
      [line('bob', '7'), ['bob', '7'], 1],
      // a space in a value is another shape
      [line('ann b', '7'), ['ann b', '7'], 1],
      [line('eve c', '8'), ['eve c', '8'], 2],
      // a value that stands otherwise in the line than in the column
      [line('bob', '7.0'), ['bob', '7'], 2],
      [line('bob', '7', ',"n":1'), ['bob', '7'], 2],
      [line('', '7'), ['', '7'], 2],
      [line('zoe', '9'), ['zoe', '9'], 3],
    ]
    for (const [text, values, known] of cases) {
      const taken = block.take(text, values, 'paid')
      expect(taken && join(taken, values, 'paid').toString()).toBe(text)
      expect([text, block.known]).toEqual([text, known])
    }
  })

  it('never has a form before it whose words would go on beyond a value', () => {
    const block = new Block()
    const cases: [line: string, values: string[]][] = [
      ['a=one(two', ['one(', 'two']],
      ['a=onextwo', ['onex', 'two']],
      ['first=12345678 b=1', ['12345678', '1']],
      ['first=12345678 b=1x', ['12345678', '1']],
    ]
    for (const [text, values] of cases) {
      const taken = block.take(text, values)
      if (taken !== undefined) expect(join(taken, values).toString()).toBe(text)
    }
    expect(block.known).toBe(0)
  })

  it('gives the same bytes for any line and any values', () => {
    const block = new Block()
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('', '1', 'a b', '/api', 'info', '2025-11-23', '01:40:00', '{', '"', 'ü'),
    )
    const piece = fc.oneof(
      value,
      fc.constantFrom(
        '":"',
        '=',
        ' ',
        ',',
        '2025-11-23T01:40:00.123456Z',
        '01:40:00,123',
        traceId,
        spanId,
        '\r',
        '\0',
      ),
    )
    const line = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''))
    fc.assert(
      fc.property(
        line,
        fc.array(value, { maxLength: 12 }),
        value,
        fc.boolean(),
        (made, values, said, isWhole) => {
          const text = isWhole ? `${made} key="${values.join('" key="')}" msg="${said}"` : made
          const taken = take(text, values, said)
          if (taken !== undefined) expect(join(taken, values, said)).toEqual(Buffer.from(text))
          const next = block.take(text, values, said)
          if (next !== undefined) expect(join(next, values, said)).toEqual(Buffer.from(text))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives the same bytes where lines of few forms follow one another', () => {
    const value = fc.constantFrom(
      '',
      'a',
      'b c',
      '12',
      '2025-11-23',
      '01:40:00',
      'info',
      'x(',
      ')y',
      '"',
      '\0',
    )
    const sign = fc.constantFrom('":"', '=', ' ', 'T', '.', '', '", "')
    const form = fc.array(sign, { minLength: 2, maxLength: 4 })
    let known = 0
    const lines = fc.array(fc.tuple(fc.nat(2), fc.array(value, { minLength: 4, maxLength: 4 })), {
      minLength: 2,
      maxLength: 12,
    })
    fc.assert(
      fc.property(fc.array(form, { minLength: 3, maxLength: 3 }), lines, (forms, made) => {
        const block = new Block()
        for (const [which, values] of made) {
          const signs = forms[which] as string[]
          const text = `key="somewhat" ${signs.map((one, i) => one + (values[i] ?? '')).join('')}`
          const all = ['somewhat', ...values]
          const taken = block.take(text, all, values[0])
          if (taken !== undefined) expect(join(taken, all, values[0])).toEqual(Buffer.from(text))
        }
        known += block.known
      }),
      { numRuns: 500 },
    )
    // the property would say nothing if no form was ever known
    expect(known).toBeGreaterThan(50)
  })
})
