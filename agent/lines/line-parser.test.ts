import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRequest, protobufToJson } from '../../lib/otlp/index.ts'
import { encodeAttribute, RecordDraft } from '../records/draft.ts'
import { originOf } from '../records/origin.ts'
import { RequestWriter } from '../records/request-writer.ts'
import { LineParser, type ParseMode } from './line-parser.ts'
import { utc } from './time/zone.ts'

const now = Date.UTC(2026, 0, 15, 12)
const observed = String(BigInt(now) * 1_000_000n)

interface Value {
  stringValue?: string
  intValue?: string
  doubleValue?: number | string
  boolValue?: boolean
  arrayValue?: { values: Value[] }
  kvlistValue?: { values: { key: string; value: Value }[] }
}
interface LogRecord {
  timeUnixNano: string
  severityNumber?: number
  severityText?: string
  body: Value
  attributes?: { key: string; value: Value }[]
  traceId?: string
  spanId?: string
}

function parse(
  line: string | Buffer,
  mode: ParseMode = 'auto',
  options = { valid: true, cut: false },
): LogRecord {
  const draft = new RecordDraft()
  draft.origin = originOf({ service: 's', host: 'h', scope: 'millrace.file' })
  const parser = new LineParser(draft, mode, utc, () => now)
  const out = new RequestWriter()
  out.open(Buffer.alloc(0), now)
  const bytes = Buffer.from(line)
  parser.read(bytes, 0, bytes.length, options.valid, options.cut)
  out.add(draft)
  const request = out.close()
  expect(checkRequest('logs', request)).toBe(1)
  const json = protobufToJson('logs', request) as unknown as {
    resourceLogs: [{ scopeLogs: [{ logRecords: [LogRecord] }] }]
  }
  return json.resourceLogs[0].scopeLogs[0].logRecords[0]
}

function plain(value: Value): unknown {
  if (value.stringValue !== undefined) return value.stringValue
  if (value.intValue !== undefined) return Number(value.intValue)
  if (value.doubleValue !== undefined) return Number(value.doubleValue)
  if (value.boolValue !== undefined) return value.boolValue
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain)
  if (value.kvlistValue !== undefined)
    return Object.fromEntries((value.kvlistValue.values ?? []).map(kv => [kv.key, plain(kv.value)]))
  return null
}

function attributes(record: LogRecord): Record<string, unknown> {
  return Object.fromEntries((record.attributes ?? []).map(({ key, value }) => [key, plain(value)]))
}

describe('a JSON line', () => {
  test('gives its time, severity and ids to their fields and the rest to attributes; the body is the line', () => {
    const line =
      '{"time":"2026-01-15T10:20:30.123456789+01:00","level":"warn","msg":"slow \\"cart\\"","http":{"status":200,"path":"/a"},"ok":true,"none":null,"ratio":-0.5,"neg":-3,"trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174","tags":["a",1]}'
    const record = parse(line)
    expect(record.timeUnixNano).toBe('1768468830123456789')
    expect(record).toMatchObject({
      severityNumber: 13,
      severityText: 'warn',
      body: { stringValue: line },
    })
    expect(record).toMatchObject({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' })
    expect(attributes(record)).toEqual({
      msg: 'slow "cart"',
      'http.status': 200,
      'http.path': '/a',
      ok: true,
      ratio: -0.5,
      neg: -3,
      tags: ['a', 1],
    })
  })

  test('of pino: levels and milliseconds as numbers', () => {
    const record = parse('{"level":50,"time":1768468830123,"msg":"boom"}')
    expect(record).toMatchObject({ severityNumber: 17, severityText: 'ERROR' })
    expect(attributes(record)).toEqual({ msg: 'boom' })
    expect(record.timeUnixNano).toBe('1768468830123000000')
  })

  test('without a message has the whole line as its body', () => {
    expect(parse('{"a":1}').body).toEqual({ stringValue: '{"a":1}' })
  })

  test('keeps what does not fit its field as an attribute', () => {
    const record = parse('{"time":"yesterday","level":{"a":1},"trace_id":"xyz","msg":17}')
    expect(record.timeUnixNano).toBe(observed)
    expect(attributes(record)).toEqual({ time: 'yesterday', 'level.a': 1, trace_id: 'xyz', msg: 17 })
  })

  test.each(['{"a":1', '{"a":}', '{"a":01}', '{"a":1}x', '{"a" 1}', '{"a":"\\x"}', '{a:1}', '{"a":[1,}'])(
    'that is not JSON stays plain text: %s',
    line => {
      const record = parse(line)
      expect(record.body).toEqual({ stringValue: line })
      expect(record.attributes).toBeUndefined()
    },
  )

  test('that would grow without measure stays plain text', () => {
    const members = Array.from({ length: 500 }, (_, i) => `"${i}":1`).join(',')
    const line = `{"${'k'.repeat(5_000)}":{${members}}}`
    expect(parse(line).body).toEqual({ stringValue: line })
    expect(parse(line).attributes).toBeUndefined()
  })

  test('agrees with JSON.parse on every object', () => {
    const key = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter(k => !/^(@?time|ts|level|lvl|msg|log)/i.test(k))
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(fc.oneof(fc.integer(), fc.string(), fc.dictionary(fc.string(), fc.boolean())), {
        minLength: 1,
      }),
    )
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.constantFrom(undefined, 1), (object, space) => {
        const line = JSON.stringify(object, null, space)
        const wellFormed = JSON.parse(line, (_, v) =>
          typeof v === 'string' ? v.toWellFormed() : v,
        ) as object
        const normal = JSON.parse(JSON.stringify(wellFormed)) as Record<string, unknown>
        expect(attributes(parse(line))).toEqual(
          Object.fromEntries(Object.entries(normal).map(([k, v]) => [k.toWellFormed(), v])),
        )
      }),
    )
  })
})

describe('a logfmt line', () => {
  test('is read by its pairs', () => {
    const line = 'ts=2026-01-15T10:20:30Z level=error msg="it \\"broke\\"" caller=main.go:7 n=3'
    const record = parse(line)
    expect(record).toMatchObject({
      timeUnixNano: '1768472430000000000',
      severityNumber: 17,
      severityText: 'error',
      body: { stringValue: line },
    })
    expect(attributes(record)).toEqual({ msg: 'it "broke"', caller: 'main.go:7', n: '3' })
  })

  test.each(['a=b', 'set a=b now', 'x=1 y="open', 'plain words'])('is not guessed from: %s', line => {
    expect(parse(line)).toMatchObject({ body: { stringValue: line } })
    expect(parse(line).attributes).toBeUndefined()
  })
})

describe('a plain line', () => {
  test.each([
    ['2026-01-15T10:20:30.5Z ERROR it broke', '1768472430500000000', 17, 'ERROR'],
    ['2026-01-15 10:20:30,123 [main] WARN  c.a.Shop - slow', '1768472430123000000', 13, 'WARN'],
    ['2026/01/15 10:20:30 [error] 7#7: *1 open() failed', '1768472430000000000', 17, 'error'],
    ['[2026-01-15 10:20:30 +0100] [7] [INFO] Listening', '1768468830000000000', 9, 'INFO'],
    ['Jan 15 10:20:30 host sshd[1]: Accepted', '1768472430000000000', undefined, undefined],
    ['Dec 31 23:59:59 host cron[1]: warning: late', '1767225599000000000', 13, 'warning'],
    ['1.2.3.4 - bob [15/Jan/2026:10:20:30 +0000] "GET / HTTP/1.1" 200 5', '1768472430000000000', 9, 'INFO'],
    ['no error found, all is well', observed, undefined, undefined],
    ['ERROR_COUNT is 3 and debug-info', observed, undefined, undefined],
    ['2026-13-15T10:20:30Z month thirteen', observed, undefined, undefined],
    ['', observed, undefined, undefined],
  ])('%s', (line, time, severity, text) => {
    const record = parse(line)
    expect(record.timeUnixNano).toBe(time)
    expect(record.severityNumber).toBe(severity)
    expect(record.severityText).toBe(text)
    expect(record.body).toEqual({ stringValue: line })
  })

  test('loses the carriage return of a Windows line end', () => {
    expect(parse('hello\r').body).toEqual({ stringValue: 'hello' })
  })

  test('shows what is not UTF-8 as escapes', () => {
    const record = parse(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82]), 'auto', {
      valid: false,
      cut: false,
    })
    expect(record.body).toEqual({ stringValue: 'a\\xffé\\xe2\\x82' })
  })

  test('that was cut says so in its text and in an attribute', () => {
    const record = parse('0123', 'none', { valid: true, cut: true })
    expect(record.body).toEqual({ stringValue: '0123 …[cut by millrace]' })
    expect(attributes(record)).toEqual({ 'millrace.truncated': true })
  })
})

test('any bytes in any mode make one valid record', () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map(text => Buffer.from(text)),
    fc.string().map(t => Buffer.from(t)),
  )
  fc.assert(
    fc.property(bytes, fc.constantFrom<ParseMode>('auto', 'json', 'logfmt', 'none'), (line, mode) => {
      expect(parse(Buffer.from(line), mode, { valid: false, cut: false }).body.stringValue).toBeTypeOf(
        'string',
      )
    }),
  )
})

test('attributes that every record has are written once per record', () => {
  const draft = new RecordDraft()
  const out = new RequestWriter()
  const parser = new LineParser(draft, 'none', utc, () => now)
  out.open(encodeAttribute('log.file.path', '/a'), now)
  for (const line of ['one', 'two']) {
    parser.read(Buffer.from(line), 0, 3, true, false)
    out.add(draft)
  }
  const json = JSON.stringify(protobufToJson('logs', out.close()))
  expect(json.match(/log\.file\.path/g)?.length).toBe(2)
})
