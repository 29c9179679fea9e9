import { describe, expect, it } from 'vitest'
import { parseLogQl } from '../parse-logql.ts'
import { KnownLabels, type Labels, LineLabels } from './labels.ts'
import { compileUnwrap } from './unwrap.ts'

function unwrapped(text: string, given: Labels): { value: number | undefined; labels: Labels } {
  const parsed = parseLogQl(`sum_over_time({} | unwrap ${text} [1m])`)
  const unwrap = parsed.kind === 'metric' ? parsed.ranges[0]?.unwrap : undefined
  if (unwrap === undefined) throw new Error('no unwrap')
  const labels = new LineLabels()
  labels.reset(
    new KnownLabels(new Map(Object.entries(given).map(([name, own]) => [name, [own, 'stream']]))),
    0n,
  )
  const value = compileUnwrap(unwrap)(labels)
  return { value, labels: labels.record() }
}

// source of the cases: Loki 3.7, pkg/logql/log/metrics_extraction_test.go
describe('unwrap', () => {
  it.each([
    ['foo', { foo: '15.0', namespace: 'dev' }, 15, { namespace: 'dev' }],
    ['foo', { foo: '-1e3' }, -1000, {}],
    ['foo', { foo: '1_000.5' }, 1000.5, {}],
    ['foo', { foo: '0x1.8p4' }, 24, {}],
    ['duration(foo)', { foo: '500ms', a: 'b' }, 0.5, { a: 'b' }],
    ['duration_seconds(foo)', { foo: '1m30s' }, 90, {}],
    ['bytes(foo)', { foo: '13 MiB' }, 13 * 1024 * 1024, {}],
    ['bytes(foo)', { foo: '13 kB' }, 13_000, {}],
    ['foo | foo > 10', { foo: '15' }, 15, {}],
  ])('%s of %j is %s', (text, labels, value, left) => {
    expect(unwrapped(text, labels)).toEqual({ value, labels: left })
  })

  it('has no sample where the label is not there, or a filter behind leaves it out', () => {
    expect(unwrapped('foo', { bar: '1' }).value).toBeUndefined()
    expect(unwrapped('foo | bar = "x"', { foo: '1', bar: 'y' }).value).toBeUndefined()
  })

  it('is 0 with an error where the label is no number, and a filter behind may leave it out', () => {
    expect(unwrapped('duration(foo)', { foo: '2w' })).toEqual({
      value: 0,
      labels: { __error__: 'SampleExtractionErr', __error_details__: 'time: invalid duration "2w"' },
    })
    for (const foo of ['x', '1e400', '_1', '1__0', '0x10'])
      expect([foo, unwrapped('foo | __error__ = ""', { foo }).value]).toEqual([foo, undefined])
  })
})
