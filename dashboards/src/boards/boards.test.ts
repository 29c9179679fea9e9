import { describe, expect, it } from 'vitest'
import type { BoardPanel, BoardVariable } from '../../../query/index.ts'
import { captured, chosenOf, joinValues, repeatedOver, splitValues } from './choices.ts'
import { builtIns, interpolate, namesIn } from './interpolate.ts'
import { blocksOf, inlineOf } from './panels/markdown.ts'
import { overridden } from './panels/overrides.ts'
import { reduced, shareOf, thresholdColour } from './panels/reduce.ts'
import { tableColumns, tableRows } from './panels/table-rows.ts'
import { mostOf } from './use-preferred.ts'

const values = new Map([
  ['host', { values: ['a.b'] }],
  ['many', { values: ['x', 'y+z'] }],
  ['every', { values: ['x'], all: '.+' }],
])

describe('variables', () => {
  it('stand in a query as regular expressions where there are several', () => {
    expect(interpolate('{host="$host", m=~"${many}", e=~"[[every]]"}', values, 'query')).toBe(
      '{host="a.b", m=~"(x|y\\\\+z)", e=~".+"}',
    )
    expect(interpolate('a quote: "$q"', new Map([['q', { values: ['x"\\'] }]]), 'query')).toBe(
      'a quote: "x\\"\\\\"',
    )
  })

  it('are written as their format says', () => {
    const written = (format: string) => interpolate(`\${many:${format}}`, values, 'query')
    expect(['csv', 'pipe', 'regex', 'json'].map(written)).toEqual([
      'x,y+z',
      'x|y+z',
      '(x|y\\+z)',
      '["x","y+z"]',
    ])
    expect(interpolate('$many of $unknown', values, 'text')).toBe('x + y+z of $unknown')
  })

  it('are asked for by name', () => {
    expect([...namesIn('$a ${b:csv} [[c]] cost $')]).toEqual(['a', 'b', 'c'])
    expect(new Map(builtIns(0, 3_600_000, 15_000)).get('__rate_interval')).toEqual({ values: ['60s'] })
  })

  it('are what the address says, else what they are by default, else the first', () => {
    const list = (spec: object) =>
      ({
        kind: 'ListVariable',
        spec: { name: 'v', allowMultiple: false, allowAllValue: false, plugin: {}, ...spec },
      }) as unknown as BoardVariable
    expect(chosenOf(list({}), undefined, ['a', 'b'])).toEqual({ values: ['a'] })
    expect(chosenOf(list({ defaultValue: 'b' }), undefined, ['a', 'b'])).toEqual({ values: ['b'] })
    expect(chosenOf(list({}), 'c,d', ['a', 'b'], 'b')).toEqual({ values: ['c', 'd'] })
    expect(chosenOf(list({}), undefined, ['a', 'b'], 'b')).toEqual({ values: ['b'] })
    expect(chosenOf(list({ defaultValue: 'a' }), undefined, ['a', 'b'], 'b')).toEqual({ values: ['a'] })
    expect(chosenOf(list({}), undefined, ['a', 'b'], 'gone')).toEqual({ values: ['a'] })
    expect(chosenOf(list({ allowAllValue: true }), undefined, ['a', 'b'])).toEqual({ values: ['a', 'b'] })
    expect(chosenOf(list({ allowAllValue: true, customAllValue: '.*' }), '$__all', ['a'])).toEqual({
      values: ['a'],
      all: '.*',
    })
    expect(repeatedOver(new Map([['v', { values: ['a', 'b'] }]]), 'v').map(({ value }) => value)).toEqual([
      'a',
      'b',
    ])
  })

  it('prefer the value that has most', () => {
    const series = (service: string, ...values: string[]) => ({
      metric: { service },
      values: values.map((value, i): [number, string] => [i, value]),
    })
    expect(mostOf([series('a', '1', '1'), series('b', '0', '3'), series('c')])).toBe('b')
    expect(mostOf([series('a', '0'), { metric: {}, values: [[0, '5']] }])).toBeUndefined()
  })

  it('keep commas and backslashes of their values in an address', () => {
    const hard = ['a,b', 'c\\', 'd\\,e', '']
    expect(splitValues(joinValues(hard))).toEqual(hard)
    expect(splitValues('a,b')).toEqual(['a', 'b'])
  })

  it('take of a value what the expression captures', () => {
    expect(captured(['x-1', 'x-2', 'y'], 'x-(\\d)')).toEqual(['1', '2'])
    expect(captured(['a'], '(?P<broken')).toEqual(['a'])
  })
})

describe('a panel of one value', () => {
  const spec = {
    min: 0,
    max: 10,
    thresholds: {
      steps: [
        { value: 5, color: 'orange' },
        { value: 8, color: 'dark-red' },
      ],
    },
  } as unknown as BoardPanel['spec']['plugin']['spec']

  it('reduces a series as it is asked to', () => {
    const course = [null, 4, 1, 3, null]
    const kinds = ['last', 'first', 'min', 'max', 'sum', 'mean', 'count'] as const
    expect(kinds.map(kind => reduced(course, kind))).toEqual([3, 4, 1, 4, 8, 8 / 3, 3])
    expect(reduced([null], 'last')).toBeNull()
  })

  it('is coloured by the highest threshold that it has reached', () => {
    expect([4, 5, 9].map(value => thresholdColour(value, spec))).toEqual([
      undefined,
      'var(--level-warn)',
      'var(--level-error)',
    ])
    expect(shareOf(5, spec, 100)).toBe(0.5)
  })
})

describe('markdown', () => {
  it('has headings, lists, code and paragraphs', () => {
    expect(blocksOf('# T\none\ntwo\n\n- a\n- b\n```\nx = 1\n```\nend').map(({ kind }) => kind)).toEqual([
      'heading',
      'paragraph',
      'list',
      'code',
      'paragraph',
    ])
  })

  it('has no links that run something, and no HTML', () => {
    expect(inlineOf('[x](javascript:alert(1)) **b** [y](https://a.example)')).toEqual([
      { kind: 'text', text: '[x](javascript:alert(1)' },
      { kind: 'text', text: ') ' },
      { kind: 'strong', text: 'b' },
      { kind: 'text', text: ' ' },
      { kind: 'link', text: 'y', url: 'https://a.example' },
    ])
    expect(inlineOf('<b>x</b>')).toEqual([{ kind: 'text', text: '<b>x</b>' }])
  })
})

describe('panels', () => {
  const one = (name: string, query: number, metric: Record<string, string>, value: number) => ({
    name,
    query,
    metric,
    values: [value],
  })
  const spec = (more: object) =>
    ({
      calculation: 'last',
      format: { unit: 'number' },
      overrides: [],
      columnSettings: [],
      ...more,
    }) as unknown as BoardPanel['spec']['plugin']['spec']

  it('show a series as the overrides of its name say', () => {
    const series = [one('in', 0, {}, 1), one('out 1', 0, {}, 2), one('noise', 0, {}, 3)]
    const overrides = [
      { match: 'in', unit: 'bytes', color: 'red' },
      { match: '/^out/', name: 'Out', axis: 'right', negate: true },
      { match: 'noise', hide: true },
    ]
    expect(overridden(series, spec({ overrides }))).toEqual([
      { ...series[0], colour: 'var(--level-error)', unit: 'bytes', right: 'bytes' },
      { ...series[1], name: 'Out', right: 'number', values: [-2] },
    ])
  })

  it('put what several queries say of one thing into one row of a table', () => {
    const series = [
      one('a', 0, { __name__: 'load', host: 'h1', job: 'x' }, 1),
      one('b', 1, { __name__: 'disk', host: 'h1', job: 'x' }, 2),
      one('c', 1, { __name__: 'disk', host: 'h2', job: 'x' }, 3),
    ]
    const settings = [
      { name: 'Value #B', header: 'Disk', unit: 'bytes' },
      { name: 'job', hide: true },
    ]
    expect(tableColumns(series, spec({ columnSettings: settings }))).toEqual([
      { title: 'Disk', unit: 'bytes', of: 1 },
      { title: 'host', of: 'host' },
      { title: 'Value #A', of: 0 },
    ])
    expect(tableRows(series, spec({})).map(({ labels, values }) => [labels['host'], values])).toEqual([
      ['h1', [1, 2]],
      ['h2', [null, 3]],
    ])
  })
})
