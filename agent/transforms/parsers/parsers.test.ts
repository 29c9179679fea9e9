import { describe, expect, it } from 'vitest'
import { draftOf, runRules } from '../testing/run-rules.ts'
import { TimeFormat } from './time-format.ts'
import { zoneOf } from './zones.ts'

const parse = (options: object, line: string) =>
  runRules([{ type: 'parse', zone: 'UTC', ...options }], [draftOf(line, 'none')])[0]

describe('parsing', () => {
  it('JSON takes time, level, ids, service and host into the record', () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const line = `{"ts":"2026-01-02T03:04:05.6Z","level":"warn","trace_id":"${trace}","service":"cart","a":{"b":1}}`
    expect(parse({ format: 'json' }, line)).toEqual({
      body: line,
      time: '2026-01-02T03:04:05.6Z',
      level: 'warn',
      service: 'cart',
      host: 'h1',
      traceId: trace,
      attributes: { service: 'cart', 'a.b': '1' },
      resource: { 'k8s.pod.name': 'shop-1' },
    })
  })

  it('reads what stands in an attribute, under a prefix, and takes the attribute away', () => {
    const rules = [{ type: 'parse', format: 'json', from: 'payload', prefix: 'p.', removeSource: true }]
    expect(
      runRules(rules, ['{"payload":"{\\"x\\":\\"1\\",\\"y\\":{\\"z\\":2}}","q":"r"}'])[0]?.attributes,
    ).toEqual({
      q: 'r',
      'p.x': '1',
      'p.y.z': '2',
    })
  })

  it('replaces attributes of the same name', () => {
    const rules = [{ type: 'parse', format: 'logfmt', from: 'extra' }]
    expect(runRules(rules, ['{"a":"old","extra":"a=new b=2"}'])[0]?.attributes).toEqual({
      extra: 'a=new b=2',
      a: 'new',
      b: '2',
    })
  })

  it.each([
    [{ format: 'json' }, '{"a":'],
    [{ format: 'logfmt' }, 'no pairs here'],
    [{ format: 'regex', pattern: '^(?P<x>\\d+)$' }, 'text'],
    [{ format: 'pattern', pattern: '<a> - <b>' }, 'text'],
    [{ format: 'access' }, 'no [2026] access'],
    [{ format: 'csv', columns: ['a', 'b'] }, 'a,b,c'],
    [{ format: 'csv', columns: ['a'] }, '"a'],
    [{ format: 'keyvalue' }, 'text'],
  ])('%j leaves what is of another form', (options, line) => {
    const record = parse(options, line)
    expect(record).toMatchObject({ body: line, service: 'shop' })
    expect(record?.attributes).toBeUndefined()
  })

  it.each([
    [
      { format: 'regex', pattern: '^(?P<ip>\\S+) (?P<user>\\S+)(?: (?P<level>\\w+))?(?P<rest>x)?' },
      '10.0.0.1 ada ERROR',
      { ip: '10.0.0.1', user: 'ada' },
      'error',
    ],
    [
      { format: 'pattern', pattern: '<ip> - - [<_>] "<method> <path> <_>" <status> <size>' },
      '1.2.3.4 - - [x] "GET /a b HTTP/1.1" 200 5 rest',
      { ip: '1.2.3.4', method: 'GET', path: '/a', status: '200', size: '5 rest' },
      undefined,
    ],
    [
      { format: 'keyvalue', pairDelimiter: ';', keyDelimiter: ':' },
      'a: 1; b: "2; 3";level:warn;d',
      { a: '1', b: '2; 3' },
      'warn',
    ],
    [
      { format: 'keyvalue' },
      'user logged in id=7 name="Ada L" x=',
      { id: '7', name: 'Ada L', x: '' },
      undefined,
    ],
    [
      { format: 'csv', columns: ['a', '_', 'b', 'c', 'level'] },
      '1,2,"x, ""y""",,info',
      { a: '1', b: 'x, "y"' },
      'info',
    ],
    [
      { format: 'csv', columns: ['a', 'b'], delimiter: ';', quote: "'" },
      "'1;2';3",
      { a: '1;2', b: '3' },
      undefined,
    ],
  ])('%j reads %s', (options, line, attributes, level) => {
    const record = parse(options, line)
    expect([record?.attributes, record?.level]).toEqual([attributes, level])
  })

  it('access lines have OpenTelemetry’s names', () => {
    const line =
      '1.2.3.4 - ada [28/Nov/2026:17:07:26 +0100] "GET /cart?id=7 HTTP/2.0" 503 12 "https://x/" "curl/8" rt=1'
    expect(parse({ format: 'access' }, line)).toMatchObject({
      time: '2026-11-28T16:07:26Z',
      level: 'error',
      attributes: {
        'client.address': '1.2.3.4',
        'user.name': 'ada',
        'http.request.method': 'GET',
        'url.path': '/cart',
        'url.query': 'id=7',
        'network.protocol.version': '2.0',
        'http.response.status_code': '503',
        'http.response.body.size': '12',
        'http.request.header.referer': 'https://x/',
        'user_agent.original': 'curl/8',
      },
    })
  })
})

describe('a severity', () => {
  const rules = [{ type: 'parse', format: 'severity', from: 'pri', mapping: { E: 'error', V: 2 } }]
  it.each([
    ['E', 'error'],
    ['e', 'error'],
    ['V', 'trace'],
    ['warning', 'warn'],
    ['3', 'error'],
  ])('%s is %s', (text, level) => {
    const [record] = runRules(rules, [`{"pri":"${text}","a":"b"}`])
    expect([record?.level, record?.attributes]).toEqual([level, { a: 'b' }])
  })

  it('that is unknown stays', () => {
    expect(runRules(rules, ['{"pri":"?","a":"b"}'])[0]?.attributes).toEqual({ pri: '?', a: 'b' })
  })
})

describe('a timestamp', () => {
  const time = (formats: string[], text: string, zone = 'UTC') =>
    runRules([{ type: 'parse', format: 'timestamp', from: 'at', formats, zone }], [`{"at":"${text}"}`])[0]

  it.each([
    ['%Y-%m-%d %H:%M:%S.%f %z', '2026-01-02 03:04:05.123456 +0130', '2026-01-02T01:34:05.123456Z'],
    ['%Y-%m-%dT%H:%M:%S%z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['%d/%b/%Y:%T %z', '28/Nov/2026:17:07:26 -05:00', '2026-11-28T22:07:26Z'],
    ['%A, %d %B %Y %I:%M %p', 'Saturday, 28 November 2026 12:07 am', '2026-11-28T00:07:00Z'],
    ['%d.%m.%y %R', '28.11.26 17:07', '2026-11-28T17:07:00Z'],
    ['%b %e %T', 'Nov  8 17:07:26', '2026-11-08T17:07:26Z'],
    ['%b %e %T', 'Jan  2 00:00:01', '2027-01-02T00:00:01Z'],
    ['%Y%j', '2026332', '2026-11-28T00:00:00Z'],
    ['%F %T %Z', '2026-11-28 17:07:26 CET', '2026-11-28T16:07:26Z'],
    ['%s.%L', '1795885646.123', '2026-11-28T17:07:26.123Z'],
    ['[%D] 100%%', '[11/28/26] 100%', '2026-11-28T00:00:00Z'],
    ['rfc3339', '2026-11-28T17:07:26.5+01:00', '2026-11-28T16:07:26.5Z'],
    ['epoch', '1795885646.25', '2026-11-28T17:07:26.25Z'],
    ['epoch', '1', '1970-01-01T00:00:01Z'],
    ['epoch_ms', '1795885646123', '2026-11-28T17:07:26.123Z'],
    ['epoch_us', '1795885646123456', '2026-11-28T17:07:26.123456Z'],
    ['epoch_ns', '1795885646123456789', '2026-11-28T17:07:26.123456789Z'],
    ['epoch_ms', '1795885646123.5', '2026-11-28T17:07:26.1235Z'],
    ['auto', '1795885646123', '2026-11-28T17:07:26.123Z'],
  ])('of the form %s: %s', (format, text, expected) => {
    const record = time(['%Y', format].slice(1), text)
    expect(record?.time).toBe(expected)
    expect(record?.attributes).toBeUndefined()
  })

  it.each([
    ['%Y-%m-%d', '2026-02-30'],
    ['%Y-%m-%d %H', '2026-02-03 24'],
    ['%Y-%m-%d', '2026-02-03 x'],
    ['%d %I %p', '3 13 pm'],
    ['epoch', '12x'],
  ])('of the form %s is none: %s', (format, text) => {
    const record = time([format], text)
    expect(record?.time).toBeUndefined()
    expect(record?.attributes).toEqual({ at: text })
  })

  it('is read in the first form that it has', () => {
    expect(time(['%Y-%m-%d', '%d.%m.%Y'], '28.11.2026')?.time).toBe('2026-11-28T00:00:00Z')
  })

  it.each([
    ['Europe/Berlin', '2026-07-01 12:00:00', '2026-07-01T10:00:00Z'],
    ['Europe/Berlin', '2026-11-28 12:00:00', '2026-11-28T11:00:00Z'],
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59Z'],
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00Z'],
    ['Asia/Kolkata', '2026-11-28 12:00:00', '2026-11-28T06:30:00Z'],
    ['+02:00', '2026-11-28 12:00:00', '2026-11-28T10:00:00Z'],
  ])('without a zone is in %s', (zone, text, expected) => {
    expect(time(['%F %T'], text, zone)?.time).toBe(expected)
  })

  it('takes no long time for any text', () => {
    const format = new TimeFormat(
      '%A %B %d %Y',
      zoneOf('UTC', () => 0),
      () => 0,
    )
    const started = performance.now()
    expect(format.read(`mon${'a'.repeat(200_000)}`)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(500)
  })
})
