import { describe, expect, it } from 'vitest'
import { parseLogQl } from '../parse-logql.ts'
import type { OnBadNumber } from './label-test.ts'
import { KnownLabels, type Labels } from './labels.ts'
import { compilePipeline } from './pipeline.ts'

const at = 1_656_353_124_120_000_000n

function run(query: string, line: string, labels: Labels = {}, options?: OnBadNumber) {
  const parsed = parseLogQl(query)
  if (parsed.kind !== 'log') throw new Error('not a log query')
  const base = new KnownLabels(
    new Map(Object.entries(labels).map(([name, value]) => [name, [value, 'stream']])),
  )
  const found = compilePipeline(parsed.query, options)(line, base, at)
  return found === undefined ? undefined : { line: found.line, labels: found.labels.record() }
}

type Case = readonly [stages: string, line: string, labels: Labels, want: Labels, wantLine?: string]

function holds(cases: readonly Case[]) {
  it.each(cases.map(([stages, line, labels, want, wantLine]) => ({ stages, line, labels, want, wantLine })))(
    '$stages of $line',
    ({ stages, line, labels, want, wantLine = line }) => {
      expect(run(`{} ${stages}`, line, labels)).toEqual({ line: wantLine, labels: want })
    },
  )
}

const pod =
  '{"app":"bar","namespace":"prod","pod":{"uuid":"bar","deployment":{"ref":"foobar","params":[1,2,3,"s"]}},"nf":null,"yes":false,"a b":"v"}'

// source of the cases: the tests of Loki 3.7, pkg/logql/log
describe('json', () => {
  const details = (text: RegExp) => expect.stringMatching(text) as string
  holds([
    [
      '| json',
      pod,
      { app: 'foo', pod_uuid: 'foo' },
      {
        app: 'foo',
        app_extracted: 'bar',
        namespace: 'prod',
        pod_uuid: 'foo',
        pod_uuid_extracted: 'bar',
        pod_deployment_ref: 'foobar',
        yes: 'false',
        a_b: 'v',
      },
    ],
    ['| json', '{"counter":1,"price":{"_net_":5.56909}}', {}, { counter: '1', price__net_: '5.56909' }],
    ['| json', '{" ":{"foo":"bar"}}', {}, { foo: 'bar' }],
    ['| json', '{"foo":"foo\\\\\\"bar"}', {}, { foo: 'foo\\"bar' }],
    ['| json', '{"counter":1,"price":{"net_":["10","20"]}}', {}, { counter: '1' }],
    ['| json', '{"foo":{"cou-nter":1}}', {}, { foo_cou_nter: '1' }],
    ['| json', '{n}', {}, { __error__: 'JSONParserErr', __error_details__: details(/./) }],
    ['| json a="app", b="pod.uuid"', pod, { a: 'x' }, { a: 'x', a_extracted: 'bar', b: 'bar' }],
    [
      '| json u="pod[\\"uuid\\"]", v="[\\"pod\\"].uuid", w="[\\"a b\\"]"',
      pod,
      {},
      { u: 'bar', v: 'bar', w: 'v' },
    ],
    ['| json p="pod.deployment.params[0]", q="pod.deployment.params[3]"', pod, {}, { p: '1', q: 's' }],
    ['| json all="pod.deployment.params"', pod, {}, { all: '[1,2,3,"s"]' }],
    ['| json yes', pod, {}, { yes: 'false' }],
  ])
})

describe('logfmt', () => {
  const line = 'foo="foo bar" foo.bar=10ms test-dash=foo'
  const syntax = {
    __error__: 'LogfmtParserErr',
    __error_details__: expect.stringContaining("unexpected '='") as string,
  }
  holds([
    [
      '| logfmt',
      line,
      { foo: 'bar' },
      { foo: 'bar', foo_extracted: 'foo bar', foo_bar: '10ms', test_dash: 'foo' },
    ],
    ['| logfmt', 'foobar====wqe=sdad1r', { foo: 'bar' }, { foo: 'bar' }],
    ['| logfmt --strict', 'foobar====wqe=sdad1r', { foo: 'bar' }, { foo: 'bar', ...syntax }],
    ['| logfmt', 'buzz bar=foo', {}, { bar: 'foo' }],
    ['| logfmt', 'a="foo\\nbar\\tbaz"', {}, { a: 'foo\nbar\tbaz' }],
    ['| logfmt', 'a="x y" a=10ms', {}, { a: 'x y' }],
    ['| logfmt', 'foo="foo bar" =notkey bar=10ms', {}, { foo: 'foo bar', bar: '10ms' }],
    ['| logfmt --strict', 'foo="foo bar" =notkey bar=10ms', {}, { foo: 'foo bar', ...syntax }],
    ['| logfmt --keep-empty', 'foo bar=buzz', { foo: 'bar' }, { foo: 'bar', foo_extracted: '', bar: 'buzz' }],
    ['| logfmt app, lvl="level", nope', 'app=foo level=error', {}, { app: 'foo', lvl: 'error', nope: '' }],
    ['| logfmt app', 'app=foo', { app: 'bar' }, { app: 'bar', app_extracted: 'foo' }],
  ])
})

describe('pattern, regexp and unpack', () => {
  const packed = '{"bar":1,"app":"foo","namespace":"prod","_entry":"some message","pod":{"uid":"1"}}'
  holds([
    ['| pattern "foo <a> bar<b>"', 'foo buzz bar', {}, { a: 'buzz', b: '' }],
    ['| pattern "<a>bar<b>"', ' bar ', {}, { a: ' ', b: ' ' }],
    ['| pattern "<path>?<_>"', '/api/plugins/status', {}, { path: '/api/plugins/status' }],
    [
      '| pattern "<ip> <_> <user> [<_>] \\"<method> <path> <_>\\" <status> <size>"',
      '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326',
      {},
      { ip: '127.0.0.1', user: 'frank', method: 'GET', path: '/a.gif', status: '200', size: '2326' },
    ],
    [
      '| regexp "status=(?P<status>\\\\w+),latency=(?P<latency>\\\\w+)(,path=(?P<path>\\\\w+))?"',
      'status=200,latency=500ms',
      { status: 'x' },
      { status: 'x', status_extracted: '200', latency: '500ms', path: '' },
    ],
    ['| regexp "(?P<a>x)"', 'y', {}, {}],
    [
      '| unpack',
      packed,
      { app: 'bar' },
      { app: 'bar', app_extracted: 'foo', namespace: 'prod' },
      'some message',
    ],
    ['| unpack', '{"app":"foo"}', { a: 'b' }, { a: 'b' }],
    ['| unpack', '', { a: 'b' }, { a: 'b' }],
    [
      '| unpack',
      '["foo"]',
      {},
      { __error__: 'JSONParserErr', __error_details__: 'expecting json object, but it is not' },
    ],
    ['| decolorize', '\u001b[0;31mred\u001b[0m', {}, {}, 'red'],
  ])
})

describe('templates', () => {
  const labels = { foo: 'blip', bar: 'blop' }
  const line = (template: string, want: string, own: Labels = labels): Case => [
    `| line_format ${JSON.stringify(template)}`,
    '1',
    own,
    own,
    want,
  ]
  holds([
    line('foo{{.foo}}buzz{{  .bar  }}', 'fooblipbuzzblop'),
    line('{{.foo | count "a|b|c" }}', '9', { foo: 'abc abc abc' }),
    line('{{ Replace .bar "blop" "bar" -1 }} {{ .bar | replace "blop" "x" }}', 'bar x'),
    line('{{.foo | substr 1 3 }} {{ .bar  | trunc 1 }} {{ .bar | title }}', 'li b Blop'),
    line('{{ .bar | trimAll "op" }} {{ .bar | trimPrefix "b" }} {{ .bar | trimSuffix "p" }}', 'bl lop blo'),
    line(
      '{{ regexReplaceAll "(p)" .foo "t" }} {{ regexReplaceAllLiteral "(p)" .foo "${1}" }}',
      'blit bli${1}',
    ),
    line('{{ if .foo | hasPrefix "bl" }}yes{{end}}-{{ if .foo | contains "z" }}no{{end}}', 'yes-'),
    line('foo {{.nope}}buzz', 'foo buzz'),
    line('{{ add .foo 1 | sub .bar | mul .baz | div .bazz}}', '2', {
      foo: '1',
      bar: '3',
      baz: '10',
      bazz: '20',
    }),
    line('{{ minf .foo .bar }} {{ maxf .foo .bar }} {{ max 5 10 15 }}', '5.3 10.5 15', {
      foo: '5.3',
      bar: '10.5',
    }),
    line('{{ round (addf .foo 1.5 | subf .bar | mulf .baz | divf .bazz) 5 .2}}', '3.88572', {
      foo: '1.5',
      bar: '3.5',
      baz: '10.5',
      bazz: '20.4',
    }),
    line('{{ addf .foo 1.5 | subf .bar 1.5 | mulf .baz | divf .bazz }}', '3.8476190476190477', {
      foo: '1.5',
      bar: '5',
      baz: '10.5',
      bazz: '20.2',
    }),
    line(
      '{{ addf 0.1 0.2 }} {{ subf 0.3 0.1 }} {{ mulf 1.1 1.1 }} {{ divf -2 3 }}',
      '0.3 0.2 1.21 -0.6666666666666667',
    ),
    line('{{ "2.5" | float64 | int | add 10}}', '12'),
    line(
      '{{ __line__ }} {{ __timestamp__ | date "2006-01-02" }} {{ __timestamp__ | unixEpoch }}',
      '1 2022-06-27 1656353124',
    ),
    line('{{.foo | default "-" }}{{.unknown | default "-"}}', 'blip-'),
    line('{{ "3MB" | bytes }} {{ "3m10s" | duration_seconds }}', '3e+06 190'),
    ['| label_format a=foo, b="{{.bar}}!"', 'x', labels, { a: 'blip', bar: 'blop', b: 'blop!' }],
    ['| label_format foo=nope', 'x', labels, labels],
  ])

  it('keeps the line and names the error where a template fails', () => {
    expect(run('{} | line_format "{{.foo | bytes}}"', 'x', labels)?.labels).toMatchObject({
      __error__: 'TemplateFormatErr',
    })
  })
})

describe('drop and keep', () => {
  const labels = { app: 'foo', namespace: 'prod', env: 'prod', pod: 'p' }
  holds([
    ['| drop app, namespace', 'x', labels, { env: 'prod', pod: 'p' }],
    ['| drop app="bar", env=~"pr.*"', 'x', labels, { app: 'foo', namespace: 'prod', pod: 'p' }],
    ['| json | drop __error__, __error_details__', '{n}', labels, labels],
    ['| keep app, namespace', 'x', labels, { app: 'foo', namespace: 'prod' }],
    ['| keep namespace="prod", app, fizz', 'x', labels, { app: 'foo', namespace: 'prod' }],
    [
      '| json | keep app="x"',
      '{n}',
      labels,
      { __error__: 'JSONParserErr', __error_details__: expect.any(String) as string },
    ],
  ])
})

describe('label filters', () => {
  it.each([
    ['foo=5 and bar=1s', { foo: '5', bar: '1s' }, true],
    ['foo==5,bar=42kB', { foo: '5', bar: '42kB' }, true],
    ['bar=42MiB', { bar: '42MiB' }, true],
    ['bar=43008', { bar: '42KiB' }, true],
    ['foo=5 bar="1s"', { foo: '6', bar: '1s' }, false],
    [
      '(duration > 1s or status != 200) and method != "POST"',
      { duration: '2s', status: '200', method: 'GET' },
      true,
    ],
    [
      '(duration > 1s or status != 200) and method != "POST"',
      { duration: '2s', status: '500', method: 'POST' },
      false,
    ],
    ['took > 0.3s', { took: '301ms' }, true],
    ['took = 1.5s', { took: '1s500ms' }, true],
    ['size > 1KB', { size: '1 kib' }, true],
    ['t < -1.5', { t: '-2' }, true],
    ['nope != 5', {}, false],
    ['nope != "5"', {}, true],
    ['addr = ip("10.0.0.0/8")', { addr: '10.1.2.3' }, true],
    ['addr != ip("10.0.0.0/8")', { addr: '10.1.2.3' }, false],
    ['addr != ip("10.0.0.0/8")', {}, false],
  ])('%s of %j is %s', (filter, labels, isIn) => {
    expect(run(`{} | ${filter}`, 'x', labels) !== undefined).toBe(isIn)
  })

  it.each([
    ['duration > 3s', { duration: '2weeeeee' }],
    ['bytes > 100B', { bytes: '2qb' }],
    ['number > 100', { number: '250ms' }],
    ['took > 1s', { took: '5' }],
  ])('%s keeps %j with an error', (filter, labels) => {
    const found = run(`{} | ${filter}`, 'x', labels)
    expect(found?.labels).toMatchObject({ ...labels, __error__: 'LabelFilterErr' })
    expect(run(`{} | ${filter} | __error__ = ""`, 'x', labels)).toBeUndefined()
  })

  it('takes a field that is beside the line already for the same one where it has the same value', () => {
    const base = new KnownLabels(
      new Map([
        ['status', ['500', 'structured']],
        ['path', ['/a', 'structured']],
        ['app', ['x', 'stream']],
      ]),
    )
    const found = compilePipeline({ matchers: [], stages: [{ kind: 'json', fields: [] }] })(
      '{"status":500,"path":"/b","app":"x"}',
      base,
      0n,
    )
    expect([...(found?.labels.all() ?? [])]).toEqual([
      ['path', '/a', 'structured'],
      ['app', 'x', 'stream'],
      ['status', '500', 'parsed'],
      ['path_extracted', '/b', 'parsed'],
      ['app_extracted', 'x', 'parsed'],
    ])
  })

  it('leaves out what is no number where that is asked for, and knows all units', () => {
    const options = 'exclude'
    expect(run('{} | number > 100', 'x', { number: 'many' }, options)).toBeUndefined()
    expect(run('{} | number != 100', 'x', { number: 'many' }, options)).toBeDefined()
    expect(run('{} | took < 1', 'x', { took: '250ms' }, options)?.labels).toEqual({ took: '250ms' })
  })
})

describe('line filters', () => {
  it.each([
    ['|= "a" or "b"', 'xbx', true],
    ['!= "a" or "b"', 'xbx', false],
    ['|~ "a.c"', 'abc', true],
    ['!~ "a.c"', 'abc', false],
    ['|> "foo <_> bar"', 'foo buzz bar', true],
    ['|> "foo <_> bar<_>"', 'foo buzz bar', false],
    ['!> "<_>bar<_>" or "x"', ' bar ', false],
    ['|> "<_>?<_>"', '/api/plugins/status', false],
    ['|= ip("192.168.0.1")', 'vpn 192.168.0.5 connected', false],
    ['|= ip("192.168.0.1")', 'vpn 192.168.0.1 connected', true],
    ['!= ip("192.168.0.1")', 'vpn 192.168.0.1 connected', false],
    ['|= ip("::1")', 'vpn ::1 connected', true],
    ['|= ip("192.168.0.1-192.189.10.12")', 'vpn 192.168.0.0 192.168.0.1 connected', true],
    ['|= ip("192.168.0.1-192.189.10.12")', 'vpn 192.255.255.255 connected', false],
    ['|= ip("2001:db8::1-2001:db8::8")', 'vpn 2001:db8::5 connected', true],
    ['|= ip("2001:db8::1-2001:db8::8")', 'vpn 2001:db8::9 connected', false],
    ['|= ip("192.168.4.5/16")', 'vpn 192.168.255.255 connected', true],
    ['|= ip("192.168.4.5/16")', 'vpn 192.172.6.1 connected', false],
    ['|= ip("2001:db8::/32")', 'vpn 2001:dc8::1 and 2001:db8::2', true],
    ['|= ip("10.0.0.0/8") or "vpn"', 'vpn', true],
    ['| line_format "x" |= "abc"', 'abc', false],
  ])('%s of %s is %s', (filter, line, isIn) => {
    expect(run(`{} ${filter}`, line) !== undefined).toBe(isIn)
  })

  it('asks the labels that the line comes with', () => {
    expect(run('{app=~"a+"} | label_format app="b"', 'x', { app: 'aa' })?.labels).toEqual({ app: 'b' })
    expect(run('{app="b"}', 'x', { app: 'aa' })).toBeUndefined()
  })
})
