import { describe, expect, it } from 'vitest'
import { parseLogQuery, parseSearch } from '../parser.ts'
import { KnownLabels } from './labels.ts'
import { compilePipeline } from './pipeline.ts'

/** The line and its labels after the stages; undefined where it is left out. */
function run(stages: string, line: string, given: Record<string, string> = {}) {
  const base = new KnownLabels(
    new Map(Object.entries(given).map(([name, value]) => [name, [value, 'stream']])),
  )
  const made = compilePipeline(parseSearch(`{} ${stages}`))(line, base, 0n)
  return made === undefined ? undefined : { line: made.line, labels: made.labels.record() }
}
const labelsOf = (stages: string, line: string, given: Record<string, string> = {}) =>
  run(stages, line, given)?.labels
const lineOf = (template: string, given: Record<string, string> = {}) =>
  run(`| line_format ${JSON.stringify(template)}`, 'a line', given)?.line

// source of the values: the answers of a Loki 3.7.8 to the same queries
describe('as Loki 3.7.8 answers', () => {
  it.each([
    ['|> "GET"', 'x GET y', false],
    ['|> "GET"', 'x GET', true],
    ['|> "b <_>"', 'a b c', true],
    ['|> "<_>ick 1"', 'tick 1 tick 1', false],
    ['|> "<_>"', 'any', true],
    ['| json | took > 1s', '{"took":""}', true],
    ['| json | __error__ = ""', '{"__error__":"own"}', true],
    ['| logfmt | v = 1000', 'v=1_000', true],
    ['| logfmt | v > .5', 'v=1', true],
    ['| logfmt | v = 0x10', 'v=16', true],
    ['| logfmt | v = +5', 'v=5', true],
    ['| logfmt | size > 5kb', 'size=6kb', true],
    ['| logfmt | size > 5K', 'size=4kb', false],
    ['| logfmt | size = 2gib', 'size=2GiB', true],
  ])('%s of %s is %s', (stages, line, isTaken) => {
    expect(run(stages, line) !== undefined).toBe(isTaken)
  })

  it.each([
    ['{{ substr -1 2 .p }}', '/c'],
    ['{{ substr 1 -1 .p }}', 'cart'],
    ['{{ substr 2 99 .p }}', 'art'],
    // beyond the text it fails, and the line stays as it was
    ['{{ substr 5 2 .p }}', 'a line'],
    ['{{ substr 9 99 .p }}', 'a line'],
    ['{{ substr -1 99 .p }}', 'a line'],
  ])('%s of /cart is %s', (template, text) => {
    const made = run(`| line_format ${JSON.stringify(template)}`, 'a line', { p: '/cart' })
    expect(made?.line).toBe(text)
    expect(made?.labels['__error__']).toBe(text === 'a line' ? 'TemplateFormatErr' : undefined)
  })

  it.each([
    ['| pattern "b<x>"', 'ab1', {}, {}],
    ['| pattern "<_>b<x>"', 'ab1', {}, { x: '1' }],
    ['| json', '{"a":"","b":1.50,"c":"\\ud83d","d":"\\q"}', {}, { a: '', b: '1.50', c: '', d: '' }],
    ['| json', '{"a":{"b":1,},"l":[1,],"c":2,}', {}, { a_b: '1', c: '2' }],
    ['| json a, none', '{"a":1,"b":', {}, { a: '1', none: '' }],
    [
      '| json b="b"',
      '{"b":',
      {},
      { b: '', __error__: 'JSONParserErr', __error_details__: 'a value does not end' },
    ],
    ['| json a="a"', 'null', {}, { __error__: 'JSONParserErr' }],
    [
      '| json n="n", o="o", l="l[1]"',
      '{"n":12345678901234567890,"o":{"a": 1},"l":[0,"x"]}',
      {},
      { n: '12345678901234567890', o: '{"a": 1}', l: 'x' },
    ],
    ['| json env="env"', '{"env":"inner"}', { env: 'x' }, { env: 'x', env_extracted: 'inner' }],
    ['| logfmt', 'a=1 x="open b=2', {}, { a: '1' }],
    // control characters stand in strings as they are, beside escapes too
    ['| logfmt', 'x="a\nb\\\\az\t" y="it\\\'s" z="\\\\\'"', {}, { x: 'a\nb\\az\t', y: "it's", z: "\\'" }],
    ['| json', '{"x":"a\tb\\"c\\"","y":"a\\\nb"}', {}, { x: 'a\tb"c"', y: '' }],
    // what could not be read when it came
    ['| json', '{"foo":"a\ufffd"}', {}, { foo: 'a ' }],
    ['| logfmt', 'bar=\ufffdf b\ufffdr=10ms c="x\ufffd"', {}, { bar: ' f', c: 'x ' }],
    ['| logfmt bar, c', 'bar=\ufffdf c=1', {}, { bar: '', c: '1' }],
    ['| logfmt', 'a="it\\\'s" b=2', {}, { a: "it's", b: '2' }],
    ['| logfmt a, c', 'a=1 a=2', {}, { a: '2', c: '' }],
    ['| logfmt r="http_route"', 'http.route=/x', {}, { r: '/x' }],
    ['| regexp "(?P<a>x)?(?P<b>y)"', 'y', {}, { a: '', b: 'y' }],
    ['| label_format x="{{.none}}"', 'l', {}, { x: '' }],
    ['| json | drop __error__', 'no json', {}, {}],
    ['| json b="n"', '{"n":["q\\"q",1e+21,"\\u00e9"]}', {}, { b: '["q"q",1e+21,"é"]' }],
    ['| unpack', '{"_entry":"x","k":"v","n":5} behind', {}, { k: 'v' }],
    ['| unpack', '{"k":"v"} behind', {}, {}],
    ['| logfmt n | logfmt q="n", n', 'n=5', {}, { n: '5', q: '' }],
    ['| logfmt q="n"', 'n=5', {}, { q: '5' }],
    [
      '| json | logfmt --strict',
      'a="',
      {},
      {
        __error__: 'LogfmtParserErr',
        __error_details__: 'logfmt syntax error at pos 4 : unterminated quoted value',
      },
    ],
    [
      '| json | logfmt | a > 5',
      'a=x',
      {},
      { a: 'x', __error__: 'JSONParserErr', __error_details__: 'expecting a JSON object, but it is not' },
    ],
    ['| json | drop __error__', '{"a":1,', {}, { a: '1', __error_details__: 'it ends too early' }],
  ] as [string, string, Record<string, string>, Record<string, string>][])(
    '%s of %s',
    (stages, line, given, labels) => {
      expect(labelsOf(stages, line, given)).toEqual(labels)
    },
  )

  it('takes off a line whatever steers a terminal', () => {
    expect(run('| decolorize', '\u001b[1;31mERROR\u001b[0m took\u001b[K 5ms')?.line).toBe('ERROR took 5ms')
  })

  it.each([
    ['{{ Replace "aaa" "" "x" 2 }}', 'xaxaa'],
    ['{{ fromJson "no" }}', '<no value>'],
    ['{{ b64dec "!!" }}', 'illegal base64 data at input byte 0'],
    ['{{ round -1.5 0 }} {{ int "1.9" }} {{ float64 "0x10" }}', '-2 1 0'],
    ['{{ title "it\'s" }} {{ "straße" | upper }}', "It'S STRAßE"],
    ['{{ unixToTime "1700000000" }}', '2023-11-14 22:13:20 +0000 UTC'],
    ["{{ 'a' }} {{ js \"it's <b>\" }}", "97 it\\'s \\u003Cb\\u003E"],
    // what cannot be made leaves the line as it is
    ['{{ duration "1d" }}', 'a line'],
    ['{{ regexReplaceAll "(" "x" "y" }}', 'a line'],
    ['{{ max }}', 'a line'],
    // nor is a value of another type taken
    ['{{ trunc "3" "abcdef" }}', 'a line'],
    ['{{ ToUpper 5 }}', 'a line'],
    ['{{ duration_seconds "1s" | trim }}', 'a line'],
    ['{{ trunc 3 "abcdef" }} {{ int "0x10" }} {{ int "1_000" }}', 'abc 16 1000'],
  ])('%s is %s', (template, made) => {
    expect(lineOf(template)).toBe(made)
  })

  it.each(['{a="x"} | logfmt b=""', '{a="x"} | logfmt b="c d"', '{a="x"} | label_format __error__="x"'])(
    'refuses %s',
    text => {
      expect(() => parseSearch(text)).toThrow()
      expect(() => parseLogQuery(text)).toThrow()
    },
  )

  it.each([
    '{{.foo Replace "foo"}}',
    '{{.foo | now}}',
    '{{lower .foo .foo}}',
    '{{divf 1 0}}',
    '{{divf .foo 0}}',
  ])('leaves a line as it is where %s cannot be made, and says so', template => {
    const made = run(`| line_format ${JSON.stringify(template)}`, 'a line', { foo: 'blip' })
    expect([made?.line, made?.labels['__error__']]).toEqual(['a line', 'TemplateFormatErr'])
  })
})
