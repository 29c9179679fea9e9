import { expect, test } from 'vitest'
import { compileRelabel, relabelConfig } from './relabel.ts'

const labels = { __name__: 'm', a: 'one', b: 'two', pod_x: 'p' }
const relabel = (...rules: object[]) =>
  compileRelabel(rules.map(rule => relabelConfig.parse(rule)))({ ...labels })

// The expected values are those of Prometheus' documentation of relabel_config.
test.each([
  [
    { source_labels: ['a', 'b'], target_label: 'c' },
    { ...labels, c: 'one;two' },
  ],
  [
    { source_labels: ['a'], regex: 'o(n)e', target_label: 'd', replacement: 'x${1}y' },
    { ...labels, d: 'xny' },
  ],
  [{ source_labels: ['a'], regex: 'other', target_label: 'd', replacement: 'x' }, labels],
  [{ source_labels: ['a'], regex: 'on', action: 'keep' }, undefined],
  [{ source_labels: ['a'], regex: 'one|two', action: 'keep' }, labels],
  [{ source_labels: ['a'], regex: 'one', action: 'drop' }, undefined],
  [
    { regex: 'pod_(.+)', action: 'labelmap' },
    { ...labels, x: 'p' },
  ],
  [
    { regex: 'pod_.*|b', action: 'labeldrop' },
    { __name__: 'm', a: 'one' },
  ],
  [
    { regex: '__name__|a', action: 'labelkeep' },
    { __name__: 'm', a: 'one' },
  ],
  [
    { source_labels: ['a'], target_label: 'a', action: 'uppercase' },
    { ...labels, a: 'ONE' },
  ],
  [
    { source_labels: ['missing'], target_label: 'a' },
    { __name__: 'm', b: 'two', pod_x: 'p' },
  ],
  [{ source_labels: ['a'], target_label: 'b', action: 'keepequal' }, undefined],
])('%j', (rule, expected) => {
  expect(relabel(rule)).toEqual(expected)
})

test('hashmod spreads by MD5 as Prometheus does', () => {
  // prometheus/prometheus, model/relabel/relabel_test.go: baz modulo 1000 is 976
  const rule = { source_labels: ['c'], target_label: 'd', modulus: 1000, action: 'hashmod' }
  const made = compileRelabel([relabelConfig.parse(rule)])({ a: 'foo', b: 'bar', c: 'baz' })
  expect(made?.['d']).toBe('976')
})
