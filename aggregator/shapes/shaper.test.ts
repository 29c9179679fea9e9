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

function take(
  line: string | Buffer,
  values: readonly string[],
  message = '',
): { shape: Buffer; rest: Buffer } | undefined {
  const map = new MapColumn()
  for (const [i, value] of values.entries()) map.pushPair(`key ${i}`, value)
  map.endRow()
  const column = map.values
  const shaper = new LineShaper()
  const { values: row } = shaper
  const request = Buffer.concat([Buffer.from(severity), Buffer.from(traceId + spanId, 'hex')])
  const range = (start: number, end: number) => Object.assign(new Range(), { start, end })
  if (!row.setAttributes(column.sink.bytes, 0, column.sink.length)) return undefined
  row.setSpecials(
    request,
    Number(time & 0xffff_ffffn),
    Number(time >> 32n),
    range(0, 4),
    range(4, 20),
    range(20, 28),
  )
  row.setMessage(Buffer.from(`..${message}`), 2, 2 + Buffer.byteLength(message))
  const bytes = Buffer.from(line)
  if (!shaper.take(bytes, 0, bytes.length, map)) return undefined
  return { shape: Buffer.from(shaper.shape.view()), rest: Buffer.from(shaper.rest.view()) }
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

  it('gives the same bytes for any line and any values', () => {
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
        },
      ),
      { numRuns: 500 },
    )
  })
})
