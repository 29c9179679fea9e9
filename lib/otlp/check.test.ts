import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRequest, nanosOfMs, WireError, WireReader, WireWriter, writeLogsRequest } from './index.ts'
import { writeTime } from './time.ts'

function sample(lines: number): Buffer {
  const time = nanosOfMs(1_700_000_000_123)
  return writeLogsRequest(
    { resource: { 'service.name': 'shop' }, scope: 'test' },
    Array.from({ length: lines }, (_, i) => ({
      time,
      observed: time,
      severityNumber: 9,
      severityText: 'INFO',
      body: `line ${i}`,
      attributes: { i, half: i + 0.5, big: -5n, ok: true, list: ['a', 1], map: { a: null, b: 'c' } },
      traceId: '00'.repeat(16),
      spanId: '11'.repeat(8),
    })),
  )
}

describe('checkRequest', () => {
  test('counts the records of a request', () => {
    expect(checkRequest('logs', sample(3))).toBe(3)
  })

  test('refuses a request that is cut off anywhere but between its resources', () => {
    const request = sample(2)
    for (let length = 1; length < request.length; length++)
      expect(() => checkRequest('logs', request.subarray(0, length))).toThrow(WireError)
  })

  test('refuses an id of the wrong length', () => {
    const writer = new WireWriter()
    const starts = [1, 2, 2].map(field => writer.begin(field))
    writer.copy(9, Buffer.alloc(15), 0, 15)
    for (const start of starts.reverse()) writer.end(start)
    expect(() => checkRequest('logs', writer.finish())).toThrow('traceId of 15 bytes')
  })

  test('answers or throws WireError for any bytes, never anything else', () => {
    const request = sample(2)
    const flips = fc.array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(flips, changes => {
        const bytes = Buffer.from(request)
        for (const [at, value] of changes) bytes[at] = value
        try {
          checkRequest('logs', bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        try {
          checkRequest('metrics', Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
    )
  })
})

test('times are written to the nanosecond', () => {
  fc.assert(
    fc.property(fc.nat(18_000_000_000), fc.nat(999_999_999), (seconds, nanos) => {
      const writer = new WireWriter()
      writeTime(writer, 1, seconds, nanos)
      const reader = new WireReader(writer.finish())
      reader.next()
      expect(reader.bytes.readBigUInt64LE(reader.fixed64())).toBe(
        BigInt(seconds) * 1_000_000_000n + BigInt(nanos),
      )
    }),
  )
})
