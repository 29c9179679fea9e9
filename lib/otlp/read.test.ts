import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLogs } from './decode-logs.ts'
import { levelOf, levels } from './level.ts'
import { ItemReader } from './read-items.ts'
import { NumberPointReader } from './read-points.ts'
import { TimeSplitter } from './read-time.ts'
import { valueText } from './read-value.ts'
import { nanosOfMs } from './time.ts'
import { WireError, WireWriter } from './wire.ts'
import { writeLogsRequest } from './write-logs.ts'
import { type OtlpValue, writeAnyValue } from './write-value.ts'

const record = (body: OtlpValue) => ({
  time: nanosOfMs(1_700_000_000_123),
  observed: nanosOfMs(1_700_000_000_456),
  severityNumber: 17,
  severityText: 'ERR',
  body,
  attributes: { text: 'a', whole: 7, yes: true, list: ['x', 1], map: { k: 'v' } },
  traceId: 'ab'.repeat(16),
  spanId: '0123456789abcdef',
})

describe('reading logs', () => {
  it('gives back what was written', () => {
    const request = writeLogsRequest(
      { resource: { 'service.name': 'web', 'host.name': 'h1' }, scope: 'here', scopeVersion: '1.2' },
      [record('hello ünï'), record({ a: [1, 'b'] })],
    )
    const [first, second] = [...decodeLogs(request, 0)]
    expect(first).toEqual({
      index: 0,
      timestamp: 1_700_000_000_123_000_000n,
      body: 'hello ünï',
      severityNumber: 17,
      severityText: 'ERR',
      level: 'error',
      service: 'web',
      host: 'h1',
      resource: { 'service.name': 'web', 'host.name': 'h1' },
      attributes: { text: 'a', whole: '7', yes: 'true', list: '["x",1]', map: '{"k":"v"}' },
      scope: 'here',
      scopeVersion: '1.2',
      traceId: 'ab'.repeat(16),
      spanId: '0123456789abcdef',
    })
    expect([second?.index, second?.body]).toEqual([1, '{"a":[1,"b"]}'])
  })

  it('takes a resource that stands behind its records', () => {
    const writer = new WireWriter()
    const resource = writer.begin(1)
    const scope = writer.begin(2)
    const item = writer.begin(2)
    writer.string(3, 'INFO')
    writer.end(item)
    writer.end(scope)
    const named = writer.begin(1)
    const attribute = writer.begin(1)
    writer.string(1, 'service.name')
    const value = writer.begin(2)
    writer.string(1, 'late')
    writer.end(value)
    writer.end(attribute)
    writer.end(named)
    writer.end(resource)
    expect([...decodeLogs(writer.finish(), 5)].map(log => [log.service, log.timestamp])).toEqual([
      ['late', 5_000_000n],
    ])
  })

  it('answers arbitrary bytes with a WireError or nothing, never with anything else', () => {
    const request = writeLogsRequest({ resource: { a: 'b' }, scope: 's' }, [
      record('x'),
      record({ y: ['z'] }),
    ])
    const damaged = fc
      .tuple(fc.nat(request.length - 1), fc.nat(255), fc.nat(request.length))
      .map(([at, byte, length]) => {
        const copy = Buffer.from(request)
        copy[at] = byte
        return copy.subarray(0, length)
      })
    const bytes = fc.oneof(
      damaged,
      fc.uint8Array().map(array => Buffer.from(array)),
    )
    fc.assert(
      fc.property(bytes, input => {
        try {
          for (const log of decodeLogs(input, 0)) expect(typeof log.body).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('counts the items of every resource and scope', () => {
    const one = writeLogsRequest({ resource: {}, scope: 's' }, [record('a'), record('b')])
    const items = new ItemReader()
    items.reset(Buffer.concat([one, one]))
    let count = 0
    while (items.next()) count++
    expect([count, items.resourceNumber, items.scopeNumber]).toEqual([4, 2, 2])
  })
})

describe('a value as text', () => {
  const text = (value: OtlpValue): string => {
    const writer = new WireWriter()
    writeAnyValue(writer, value)
    const bytes = writer.finish()
    return valueText(bytes, 0, bytes.length)
  }

  it('keeps strings as they are and shows the rest readably', () => {
    expect(text('a "quoted" one')).toBe('a "quoted" one')
    expect(text(-5)).toBe('-5')
    expect(text(9_007_199_254_740_993n as never)).toBe('9007199254740993')
    expect(text(1.5)).toBe('1.5')
    expect(text(true)).toBe('true')
    expect(text(['a', 1, { b: false }])).toBe('["a",1,{"b":false}]')
  })
})

describe('times', () => {
  it('are split into seconds and nanoseconds without losing any', () => {
    const splitter = new TimeSplitter()
    fc.assert(
      fc.property(fc.bigInt(0n, 4_294_967_295_999_999_999n), nanos => {
        splitter.split(Number(nanos & 0xffff_ffffn), Number(nanos >> 32n))
        expect(BigInt(splitter.seconds) * 1_000_000_000n + BigInt(splitter.nanos)).toBe(nanos)
      }),
      {
        numRuns: 2000,
        examples: [[999_999_999n], [1_763_862_000_000_000_000n], [1_763_861_999_999_999_999n]],
      },
    )
  })
})

describe('levels', () => {
  it('come from the number first, then from the text', () => {
    expect([1, 5, 9, 13, 17, 21].map(number => levelOf(number, 'nonsense'))).toEqual(levels.slice(1))
    expect(['WARNING', 'Err', 'notice', ''].map(text => levelOf(0, text))).toEqual([
      'warn',
      'error',
      'info',
      'unknown',
    ])
  })
})

describe('a data point', () => {
  it('reads integers and doubles, negative ones too', () => {
    const point = new NumberPointReader()
    const asInt = Buffer.alloc(9, 0)
    asInt[0] = (6 << 3) | 1
    asInt.writeBigInt64LE(-5n, 1)
    point.read(asInt, 0, 9)
    expect(point.value).toBe(-5)
  })
})
