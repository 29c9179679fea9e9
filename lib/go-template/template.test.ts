import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { sprintf } from './format.ts'
import { GoTemplate } from './template.ts'

const data = {
  name: 'web',
  n: 3n,
  ratio: 0.25,
  list: ['a', 'b', 'c'],
  map: { x: 'ex', y: 'why' },
  empty: '',
}

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['{{ .name }}-{{ .n }} {{.ratio}}', 'web-3 0.25'],
    ['{{ .nothing }}|', '|'],
    ['{{ .map.x }} {{ $.map.y }}', 'ex why'],
    ['a {{- .name -}} b', 'awebb'],
    ['a {{/* a comment */}} b{{- /* another */ -}} c', 'a  bc'],
    ['{{ if .empty }}x{{ else if eq .n 3 }}y{{ else }}z{{ end }}', 'y'],
    ['{{ with .map }}{{ .x }}{{ end }}{{ with .empty }}x{{ else }}none{{ end }}', 'exnone'],
    ['{{ range .list }}<{{ . }}>{{ end }}', '<a><b><c>'],
    ['{{ range $i, $v := .list }}{{ $i }}={{ $v }} {{ end }}', '0=a 1=b 2=c '],
    ['{{ range $k, $v := .map }}{{ $k }}:{{ $v }};{{ end }}', 'x:ex;y:why;'],
    ['{{ range .empty_list }}x{{ else }}none{{ end }}', 'none'],
    ['{{ range .list }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
    ['{{ range .list }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'a'],
    ['{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}', 'b'],
    ['{{ .name | printf "%s-%d" "x" 7 }}', 'x-7%!(EXTRA string=web)'],
    ['{{ printf "%5.2f|%-4s|%04d|%x|%q" .ratio .name .n 255 "q" }}', ' 0.25|web |0003|ff|"q"'],
    ['{{ and .name .n }} {{ or .empty "other" }} {{ not .empty }}', '3 other true'],
    ['{{ len .list }} {{ index .list 1 }} {{ index .map "y" }} {{ slice .name 1 }}', '3 b why eb'],
    ['{{ (index .list 0) | html }}{{ "<b>" | html }}', 'a&lt;b&gt;'],
    ['{{ eq .name "x" "web" }} {{ lt 1 2 }} {{ ge 2.5 2.5 }}', 'true true true'],
    ['{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" .name }}', '[web]'],
    ['{{ block "t" .n }}<{{ . }}>{{ end }}', '<3>'],
    ['{{ `raw\\n` }}{{ "\\t" }}', 'raw\\n\t'],
    ['{{ print 1 2 "x" 3 }}', '1 2x3'],
  ])('%s gives %s', (text, expected) => {
    expect(new GoTemplate(text).expand({ ...data, empty_list: [] })).toBe(expected)
  })

  it.each([
    ['{{ .a', 'not closed'],
    ['{{ if .a }}', 'no {{end}}'],
    ['{{ nosuch . }}', 'function "nosuch" not defined'],
    ['{{ end }}', 'unexpected {{end}}'],
    ['{{ $x }}', 'undefined variable "$x"'],
    ['{{ .name.field }}', "can't evaluate field field"],
    ['{{ lt 1 "a" }}', 'incompatible types'],
    ['{{ range 1000000 }}{{ range 1000000 }}x{{ end }}{{ end }}', 'more than'],
    ['{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}', 'without an end'],
  ])('%s is refused', (text, error) => {
    expect(() => new GoTemplate(text).expand(data)).toThrow(error)
  })

  it('is read or refused, whatever it is', () => {
    const part = fc.constantFrom(
      '{{',
      '}}',
      ' ',
      'if',
      'end',
      'range',
      '.a',
      '$x',
      ':=',
      '|',
      '(',
      ')',
      '"s"',
      '1',
      '-',
      'x',
      'else',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), parts => {
        try {
          new GoTemplate(parts.join('')).expand(data)
        } catch (error) {
          expect((error as { code?: string }).code).toBe('TEMPLATE_INVALID')
        }
      }),
    )
  })
})

test.each([
  ['%v %v', [1e21, 0.00001], '1e+21 1e-05'],
  ['%v %v %v', [123_456_789, 999_999.5, 3_000_000], '1.23456789e+08 999999.5 3e+06'],
  ['%6.2f|%+d|% d', [2.34567, 5n, 5n], '  2.35|+5| 5'],
  ['%s', [1n], '%!s(int=1)'],
  ['%d', [], '%!d(MISSING)'],
  ['%.3s|%5t', ['abcdef', true], 'abc| true'],
  ['%.3g|%g', [1234.5678, 1e-7], '1.23e+03|1e-07'],
  ['100%%', [], '100%'],
  ['%03s|%05q|%06v|%07t', ['', 'a', 'ab', true], '000|00"a"|0000ab|000true'],
  ['%-03s|%05s|%06v|%08v', ['x', '-12', -3n, 1.5], 'x  |00-12|-00003|000001.5'],
] as const)('Go prints %s', (format, given, expected) => {
  expect(sprintf(format, [...given])).toBe(expected)
})
