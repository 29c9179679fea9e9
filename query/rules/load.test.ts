import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRules } from './load.ts'
import { templateFault } from './template.ts'
import { testRules } from './unit-test.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-rules-'))

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test.each([
  ['{{ critical }}', 'function "critical" not defined'],
  ['{{ $label.host }} is full', 'undefined variable "$label"'],
  ['{{ if true }}open', /./],
  [
    '{{ $labels.host }}: {{ $value | humanize }} of {{ with query "up" }}{{ . | first | value }}{{ end }}',
    undefined,
  ],
  ['{{ query "up" | first | value }}', undefined],
  ['100 %', undefined],
  ['{{ $labels.job }} {{ range $i, $v := query "up" }}{{ $v | value | humanize }}{{ end }}', undefined],
  ['{{ reReplaceAll "(.*):.*" "$1" $labels.instance }}', undefined],
  ['{{ $labels.foo ', /the action is not closed/],
  ['{{ range query "up" }}{{ $lable.foo }}{{ end }}', 'undefined variable "$lable"'],
])('a template of a rule is checked before it is needed: %s', (text, fault) => {
  if (fault instanceof RegExp) expect(templateFault(text)).toMatch(fault)
  else expect(templateFault(text)).toBe(fault)
})

test('a rule file whose template cannot be expanded is refused with its place', async () => {
  const path = written(
    'bad.yaml',
    "groups: [{ name: g, rules: [{ alert: A, expr: up == 0, annotations: { summary: '{{ critical }}' } }] }]",
  )
  await expect(loadRules([path])).rejects.toThrow(
    `${path}: group g, rule A: annotation summary: function "critical" not defined`,
  )
})

test('a test file says which of its patterns no rule file matches, and labels as they are written', async () => {
  written('good.yaml', 'groups: [{ name: g, rules: [{ alert: A, expr: up > 0 }] }]')
  const file = (rules: string) =>
    `{ rule_files: [${rules}], tests: [{ input_series: [{ series: 'up{host="h1"}', values: '1x5' }], alert_rule_test: [{ alertname: A, eval_time: 1m }] }] }`
  const path = join(folder, 'a.test.yaml')
  await expect(testRules(file("good.yaml, 'nothere*.yaml'"), path, loadRules)).rejects.toThrow(
    `no file matches nothere*.yaml in ${folder}`,
  )
  const { failures } = await testRules(file("'good*.yaml'"), path, loadRules)
  expect(failures.join()).toContain('found:    {alertname="A", host="h1"} {}')
})

test('all documents of a rule file count, with places in the whole file', async () => {
  const group = (name: string, expr: string) =>
    `groups:\n- name: ${name}\n  rules: [{ record: x, expr: '${expr}' }]\n`
  const path = written('several.yaml', `${group('a', 'up')}---\n${group('b', 'down')}---\n`)
  expect((await loadRules([path])).map(({ name }) => name)).toEqual(['a', 'b'])
  const twice = written('twice.yaml', `${group('a', 'up')}---\n${group('a', 'up')}`)
  await expect(loadRules([twice])).rejects.toThrow(`${twice}: the group a is there twice`)
  const wrong = written('wrong.yaml', `${group('a', 'up')}---\ngroups:\n- nam: b\n`)
  await expect(loadRules([wrong])).rejects.toThrow(`${wrong}:6:3: `)
})
