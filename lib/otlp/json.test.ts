import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRequest, jsonToProtobuf, protobufToJson, type Signal, WireReader } from './index.ts'

const traceId = '5b8efff798038103d269b633813fc60c'

function logs(record: unknown): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })
}

/** The fields of the only log record: number to raw value. */
function recordFields(request: Buffer): Map<number, Buffer | number> {
  const reader = new WireReader(request)
  for (const field of [1, 2, 2]) {
    while (reader.next() && reader.field !== field) reader.skip()
    reader.enter()
  }
  const found = new Map<number, Buffer | number>()
  while (reader.next()) {
    if (reader.wireType === 2) found.set(reader.field, Buffer.from(reader.view()))
    else if (reader.wireType === 0) found.set(reader.field, reader.varint())
    else {
      const start = reader.position
      reader.skip()
      found.set(reader.field, Buffer.from(request.subarray(start, reader.position)))
    }
  }
  return found
}

describe('OTLP/JSON', () => {
  test('keeps ids, exact nanoseconds and enumerations', () => {
    const json = logs({
      timeUnixNano: '1700000000123456789',
      severityNumber: 17,
      severityText: 'ERROR',
      traceId,
      spanId: 'EEE19B7EC3C1B174',
      unknown: [1, 2],
      body: { stringValue: 'naïve' },
    })
    const request = jsonToProtobuf('logs', json)
    expect(checkRequest('logs', request)).toBe(1)
    const fields = recordFields(request)
    expect((fields.get(1) as Buffer).readBigUInt64LE()).toBe(1700000000123456789n)
    expect(fields.get(2)).toBe(17)
    expect((fields.get(9) as Buffer).toString('hex')).toBe(traceId)
    expect((fields.get(10) as Buffer).toString('hex')).toBe('eee19b7ec3c1b174')
    expect((fields.get(5) as Buffer).toString('utf8')).toContain('naïve')
  })

  test('takes integers as numbers and as strings', () => {
    const intOf = (intValue: unknown): string =>
      jsonToProtobuf('logs', logs({ body: { intValue } })).toString('hex')
    expect(intOf('-7')).toBe(intOf(-7))
    expect(intOf('-7')).not.toBe(intOf(7))
  })

  test.each(['9007199254740993', '-9223372036854775808', '9223372036854775807'])(
    'keeps every digit of %s, be it a number or a string',
    digits => {
      const numbers = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"intValue":${digits}}}]}]}]}`
      const written = protobufToJson('logs', jsonToProtobuf('logs', numbers))
      expect(JSON.stringify(written)).toContain(`"intValue":"${digits}"`)
      expect(jsonToProtobuf('logs', numbers)).toEqual(
        jsonToProtobuf('logs', logs({ body: { intValue: digits } })),
      )
    },
  )

  test('refuses a number that no double holds, and an integer beyond 64 bits', () => {
    const body = (value: string) =>
      jsonToProtobuf('logs', logs({ body: {} }).replace('"body":{}', `"body":${value}`))
    expect(() => body('{"doubleValue":1e400}')).toThrow('found "1e400", expected a number')
    expect(() => body('{"intValue":18446744073709551615}')).toThrow('expected an integer from')
    expect(() => body('{"stringValue":18446744073709551615}')).toThrow('expected a string')
  })

  test.each([
    ['{', 'not JSON'],
    ['[]', 'the request: found [], expected an object'],
    ['{"resourceLogs":{}}', 'resourceLogs: found {}, expected an array'],
    [logs({ timeUnixNano: 'soon' }), 'logRecords[0].timeUnixNano: found "soon", expected an integer'],
    [logs({ traceId: 'abc' }), 'traceId: found "abc", expected 32 hexadecimal digits'],
    [logs({ severityNumber: 'SEVERITY_NUMBER_INFO' }), 'severityNumber: found'],
    [logs({ body: { stringValue: 1 } }), 'body.stringValue: found 1, expected a string'],
    [logs({ body: { bytesValue: '%' } }), 'expected base64'],
  ])('says where and what is wrong in %s', (json, message) => {
    expect(() => jsonToProtobuf('logs', json)).toThrow(message)
  })

  test('counts the data points of every kind of metric', () => {
    const point = { timeUnixNano: '1', attributes: [{ key: 'a', value: { stringValue: 'b' } }] }
    const metrics = [
      { name: 'g', gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
      {
        name: 's',
        sum: { dataPoints: [{ ...point, asInt: '-3' }], aggregationTemporality: 2, isMonotonic: true },
      },
      {
        name: 'h',
        histogram: {
          dataPoints: [{ ...point, count: 3, sum: 'NaN', bucketCounts: ['1', 2], explicitBounds: [0.5] }],
        },
      },
      {
        name: 'e',
        exponentialHistogram: {
          dataPoints: [{ ...point, scale: -2, positive: { offset: -1, bucketCounts: [5] } }],
        },
      },
      { name: 'q', summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
    ]
    const request = jsonToProtobuf(
      'metrics',
      JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    )
    expect(checkRequest('metrics', request)).toBe(5)
  })

  test('comes back from protobuf as it went in', () => {
    const span = {
      traceId,
      spanId: 'eee19b7ec3c1b174',
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: '1700000000000000001',
      attributes: [
        { key: 'i', value: { intValue: '-9007199254740993' } },
        { key: 'd', value: { doubleValue: 0.1 } },
        { key: 'n', value: { doubleValue: 'NaN' } },
        { key: 'x', value: { bytesValue: '/+8=' } },
        { key: 'l', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
      ],
      events: [{ name: 'e' }],
      status: { code: 2, message: 'no' },
    }
    const json = { resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span] }], schemaUrl: 'u' }] }
    expect(protobufToJson('traces', jsonToProtobuf('traces', JSON.stringify(json)))).toEqual(json)
  })

  test('refuses nesting without end', () => {
    let value: unknown = { stringValue: 'x' }
    for (let i = 0; i < 5000; i++) value = { arrayValue: { values: [value] } }
    expect(() => jsonToProtobuf('logs', logs({ body: value }))).toThrow('nesting')
  })

  test('gives valid protobuf or a plain error for any JSON', () => {
    const signals: Signal[] = ['logs', 'metrics', 'traces']
    const key = fc.oneof(
      fc.constantFrom(
        'resourceLogs',
        'scopeLogs',
        'logRecords',
        'body',
        'attributes',
        'resourceSpans',
        'spans',
      ),
      fc.string(),
    )
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree')),
      ),
    }))
    fc.assert(
      fc.property(tree, fc.constantFrom(...signals), (value, signal) => {
        let request: Buffer
        try {
          request = jsonToProtobuf(signal, JSON.stringify(value))
        } catch (error) {
          expect((error as { code: string }).code).toBe('OTLP_JSON_INVALID')
          return
        }
        expect(checkRequest(signal, request)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
