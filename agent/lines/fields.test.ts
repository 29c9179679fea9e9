import { describe, expect, test } from 'vitest'
import { LineReader } from './testing/read-line.ts'

const reader = new LineReader()
const attributesOf = (line: string) => reader.read(line).attributes

describe('a number', () => {
  test.each([
    ['18446744073709551615', { stringValue: '18446744073709551615' }],
    ['12345678901234567890', { stringValue: '12345678901234567890' }],
    ['9223372036854775807', { intValue: '9223372036854775807' }],
    ['-9223372036854775808', { intValue: '-9223372036854775808' }],
    ['9007199254740993', { intValue: '9007199254740993' }],
    ['4294967296', { intValue: '4294967296' }],
    ['-1', { intValue: '-1' }],
    ['0', { intValue: '0' }],
    ['-0', { stringValue: '-0' }],
    ['1e400', { stringValue: '1e400' }],
    ['-1E-400', { stringValue: '-1E-400' }],
    ['0.1000000000000000055', { stringValue: '0.1000000000000000055' }],
    ['0.1', { doubleValue: 0.1 }],
    ['1.50', { stringValue: '1.50' }],
    ['1.5', { doubleValue: 1.5 }],
    ['32.0', { stringValue: '32.0' }],
    ['1e3', { stringValue: '1e3' }],
    ['1.5e0', { stringValue: '1.5e0' }],
    ['0.0', { stringValue: '0.0' }],
    ['-12.25', { doubleValue: -12.25 }],
    ['0.0000015', { doubleValue: 0.0000015 }],
    ['0.00000015', { stringValue: '0.00000015' }],
    ['5e-324', { doubleValue: 5e-324 }],
    ['1.7976931348623157e+308', { doubleValue: 1.7976931348623157e308 }],
    ['1.7976931348623157e308', { stringValue: '1.7976931348623157e308' }],
    ['123456789.123456789', { stringValue: '123456789.123456789' }],
    ['2.5e-7', { doubleValue: 2.5e-7 }],
    ['100000000000000000000000', { stringValue: '100000000000000000000000' }],
  ])('%s stays as it is written, as a field and in an array', (digits, value) => {
    const record = JSON.stringify(reader.readJson(`{"n":${digits},"list":[[${digits}],{"m":${digits}}]}`))
    const json = JSON.stringify(value)
    expect(record).toContain(`{"key":"n","value":${json}}`)
    expect(record).toContain(`{"arrayValue":{"values":[${json}]}}`)
    expect(record).toContain(`{"key":"m","value":${json}}`)
  })
})

test.each(['NaN', 'Infinity', '-Infinity'])('%s of Python stays as it is written', word => {
  const line = `{"n":${word},"list":[${word}],"level":${word},"msg":"x"}`
  expect(attributesOf(line)).toEqual({ n: word, list: `["${word}"]`, level: word, msg: 'x' })
})

test.each(['-NaN', 'nan', 'Infinit', 'Infinitys', 'NaN5', '+1'])(
  '%s is no number: the line is plain text',
  word => {
    expect(attributesOf(`{"n":${word}}`)).toEqual({})
  },
)

describe('the ids of a trace', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const span = '00f067aa0ba902b7'
  test.each([
    [`{"@tr":"${trace}","@sp":"${span}"}`, {}],
    [`{"mdc":{"traceId":"${trace}","spanId":"${span}"}}`, {}],
    [
      `{"logging.googleapis.com/trace":"projects/p/traces/${trace}","logging.googleapis.com/spanId":"${span}"}`,
      {},
    ],
    [`traceparent=00-${trace}-${span}-01 a=1`, { traceparent: `00-${trace}-${span}-01`, a: '1' }],
    [`{"trace_id":"${trace}","span_id":"${span}","traceparent":"00-${span}${span}-${span}-01"}`, undefined],
  ])('are read: %s', (line, attributes) => {
    const log = reader.read(line)
    expect([log.traceId, log.spanId]).toEqual([trace, span])
    if (attributes !== undefined) expect(log.attributes).toEqual(attributes)
  })

  // 0xa3ce929d0e0e4736 and 0x00f067aa0ba902b7
  test.each([
    ['{"dd":{"trace_id":"11803532876627986230","span_id":"67667974448284343"},"msg":"x"}', 'decimal'],
    ['{"dd.trace_id":11803532876627986230,"dd.span_id":67667974448284343,"msg":"x"}', 'decimal'],
    ['dd.trace_id=11803532876627986230 dd.span_id=67667974448284343', 'decimal'],
    [`dd.trace_id=${trace} dd.span_id=67667974448284343`, 'whole'],
    ['dd.trace_id=0 dd.span_id=0', 'none'],
    ['dd.trace_id=18446744073709551616 dd.span_id=-1', 'none'],
  ])('of Datadog are the lower 64 bits as a decimal number: %s', (line, form) => {
    const log = reader.read(line)
    const traceId = { decimal: '0000000000000000a3ce929d0e0e4736', whole: trace, none: '' }[form]
    expect([log.traceId, log.spanId]).toEqual([traceId, form === 'none' ? '' : span])
  })
})

describe('a field given twice', () => {
  test.each([
    ['{"colour":"red","colour":"blue"}', { colour: 'blue' }],
    ['{"a":{"b":1},"a.b":2}', { 'a.b': '2' }],
    ['{"a.b":2,"a":{"b":1}}', { 'a.b': '1' }],
    ['a=1 a=2', { a: '2' }],
  ])('has the last value: %s', (line, attributes) => {
    expect(attributesOf(line)).toEqual(attributes)
  })

  test('has the last value also where it is one of the record', () => {
    const log = reader.read(
      '{"level":"info","time":"2026-11-28T17:07:26Z","service":"a","service":"b","time":"2026-11-28T17:07:27Z","level":"error"}',
    )
    expect(log).toMatchObject({ level: 'error', service: 'b', timestamp: 1795885647000000000n })
    expect(log.attributes).toEqual({ service: 'b' })
  })

  test('is not one of two names: the first is taken, the other stays', () => {
    const log = reader.read('level=warn severity=ERROR msg=x')
    expect(log.level).toBe('warn')
    expect(log.attributes).toEqual({ severity: 'ERROR', msg: 'x' })
  })
})

describe('a line that names its service and host', () => {
  test.each([
    ['{"service":"checkout","host":"h1"}', 'checkout', 'h1'],
    ['{"service":{"name":"checkout"},"host":{"name":"h1"}}', 'checkout', 'h1'],
    ['{"service.name":"checkout","host.name":"h1"}', 'checkout', 'h1'],
    ['service_name=checkout hostname=h1', 'checkout', 'h1'],
    ['{"app":"shop","service":"checkout"}', 'checkout', 'machine'],
    ['{"service":"checkout","app":"shop"}', 'checkout', 'machine'],
    ['{"kubernetes":{"labels":{"app":"shop"},"container_name":"main","host":"n1"}}', 'shop', 'n1'],
    ['{"kubernetes":{"container_name":"main","node_name":"n1"}}', 'main', 'n1'],
    ['{"dd":{"service":"shop","trace_id":"1"},"MachineName":"n1"}', 'shop', 'n1'],
    ['{"resource":{"attributes":{"service.name":"shop"}}}', 'shop', 'machine'],
    ['{"container_name":"/shop_web_1"}', 'shop_web_1', 'machine'],
    ['{"service":"caf\\u00e9"}', 'café', 'machine'],
    ['{"service":""}', 'file', 'machine'],
    ['{"service":7,"host":null}', 'file', 'machine'],
    [`{"service":"${'x'.repeat(300)}"}`, 'file', 'machine'],
    ['{"http":{"host":"example.com","service":"x"}}', 'file', 'machine'],
  ])('belongs to them: %s', (line, service, host) => {
    expect(reader.read(line)).toMatchObject({ service, host })
  })

  test('keeps the names as fields', () => {
    expect(attributesOf('{"service":"checkout","host":"h1"}')).toEqual({ service: 'checkout', host: 'h1' })
  })

  test('belongs to another service where the source says so', () => {
    const told = new LineReader({ namesService: false })
    expect(told.read('{"service":"checkout","host":"h1"}')).toMatchObject({ service: 'file', host: 'h1' })
    expect(told.read('Nov 28 17:07:26 h1 sshd[7]: x')).toMatchObject({ service: 'file', host: 'h1' })
  })

  test('says nothing of the next one', () => {
    reader.read('{"service":"checkout","host":"h1","level":"error"}')
    expect(reader.read('plain')).toMatchObject({ service: 'file', host: 'machine', level: 'unknown' })
    expect(reader.read('a=1 b=2')).toMatchObject({ service: 'file', host: 'machine' })
  })
})

describe('a level', () => {
  test.each([
    ['{"level":30}', 'info'],
    ['{"level":"50"}', 'error'],
    ['{"level":3,"version":"1.1"}', 'error'],
    ['{"PRIORITY":"4"}', 'warn'],
    ['{"level":0}', 'unknown'],
    ['{"severity":800}', 'fatal'],
    ['{"severityNumber":14,"severityText":"odd"}', 'warn'],
    ['{"s":"W","msg":"x"}', 'warn'],
    ['{"s":"hello"}', 'unknown'],
    ['{"level":"WARN2"}', 'warn'],
    ['{"priority":"high"}', 'unknown'],
  ])('of %s is %s', (line, level) => {
    expect(reader.read(line).level).toBe(level)
  })

  test.each([
    ['{"level":400,"level_name":"ERROR"}', 'error', {}],
    ['{"level_name":"NOTICE","level":250}', 'info', { level: '250' }],
    ['{"level":40,"levelname":"ERROR"}', 'error', {}],
    ['level=40 severity=CRITICAL', 'fatal', {}],
    ['{"level":30,"severity":"who knows"}', 'info', { severity: 'who knows' }],
    ['{"severityNumber":18,"level":30,"severity":"ERROR"}', 'error', {}],
  ])('in a word is surer than a number beside it: %s', (line, level, attributes) => {
    const log = reader.read(line)
    expect({ level: log.level, attributes: log.attributes }).toEqual({ level, attributes })
  })

  test('of a field that only may be one leaves other values where they are', () => {
    expect(attributesOf('{"priority":"high","s":"hello"}')).toEqual({ priority: 'high', s: 'hello' })
  })
})

describe('in the other modes', () => {
  test('json and logfmt keep a line that is neither as plain text', () => {
    const line = '2026-11-28T17:07:26Z ERROR boom'
    for (const mode of ['json', 'logfmt'] as const)
      expect(new LineReader({ mode }).read(line)).toMatchObject({ level: 'error', body: line })
  })

  test('none reads nothing', () => {
    const log = new LineReader({ mode: 'none' }).read('\ufeff{"level":"error"}')
    expect(log).toMatchObject({ level: 'unknown', body: '{"level":"error"}', attributes: {} })
  })
})
