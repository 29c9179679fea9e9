import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../logql/index.ts'
import type { Expression, Field, SpansetExpression, Stage, TraceQuery } from './ast.ts'
import { formatTraceQl } from './format.ts'
import { parseTraceQl } from './parser.ts'

const attribute = (scope: 'any' | 'span' | 'resource', name: string): Field => ({
  kind: 'attribute',
  scope,
  ofParent: false,
  name,
})

describe('parseTraceQl', () => {
  it('reads conditions on fields of every scope', () => {
    expect(
      parseTraceQl('{ span.http.status_code >= 500 && resource."my key" = "a" }').pipeline.first,
    ).toEqual({
      kind: 'spans',
      condition: {
        kind: 'logic',
        operator: '&&',
        left: {
          kind: 'compare',
          operator: '>=',
          left: attribute('span', 'http.status_code'),
          right: { kind: 'literal', type: 'number', value: 500 },
        },
        right: {
          kind: 'compare',
          operator: '=',
          left: attribute('resource', 'my key'),
          right: { kind: 'literal', type: 'string', value: 'a' },
        },
      },
    })
  })

  it.each([
    '{}',
    '{ true }',
    '{ .a }',
    '{ !.a }',
    '{ status = error }',
    '{ kind != client }',
    '{ name =~ "GET .*" || statusMessage !~ "x" }',
    '{ duration > 1h30m }',
    '{ duration > 1.5s && traceDuration < 10us }',
    '{ .a = nil || parent = nil }',
    '{ span:id = "ab" && trace:id != "cd" }',
    '{ event:name = "exception" && event.exception.type = "E" }',
    '{ link.traceID = "x" || link:traceID = "y" }',
    '{ instrumentation:name = "n" }',
    '{ parent.span.http.route = "/" && parent.resource.region = "eu" && parent.a = 1 }',
    '{ .a + .b * 2 > 10 ^ 2 - -1 }',
    '{ rootServiceName = "web" && rootName = `GET /` }',
    '{ nestedSetParent < 0 }',
    '{} > {} >> {} ~ {} < {} << {}',
    '{} !> {} !>> {} !~ {} !< {} !<< {}',
    '{} &> {} &>> {} &~ {} &< {} &<< {}',
    '({ .a } && { .b }) || { .c }',
    '{ .a } | { .b } | count() > 2',
    '{} | avg(duration) > 1s | by(resource.service.name) | coalesce() | select(span.a, status)',
    '({} | count() > 1) && { .a }',
    '{} | max(.a) - min(.a) >= 2 * 3',
    '{} | rate()',
    '{} | rate() by (resource.service.name, name)',
    '{} | quantile_over_time(duration, .5, 0.99) by (name) | topk(5)',
    '{} | histogram_over_time(duration)',
    '{} | sum_over_time(span.bytes) > 10 | bottomk(2)',
    '{} | compare({ status = error }, 5)',
    '{} | compare({ status = error })',
    '{} | rate() with (exemplars=true)',
    '{} | rate() with (sample=0.1, most_recent=true)',
    '({} | rate()) / ({} | rate()) with (window=15m, exemplars=false)',
    '{ .a = 1 // one\n && .b = "//" } // two',
    '{ duration > 1w || duration > 2w3d }',
    'by(.a) | count() > 1',
    'count() = 1 | { true }',
    'max(duration) > 3s | { status = error } | rate()',
    'select(.a, span:childCount)',
    '{ .a > 1. && .b = 0. && .c = minInt }',
    '{} | rate() > 1 | topk(2) < 3 | bottomk(1)',
    '{ .foo-bar = "x" } /* said */',
  ])('reads %s and writes it so that it is the same', text => {
    const query = parseTraceQl(text)
    expect(parseTraceQl(formatTraceQl(query))).toEqual(query)
  })

  it('takes an empty query for all spans', () => {
    expect(parseTraceQl(' ')).toEqual(parseTraceQl('{}'))
  })

  it.each([
    ['{ .a = 1', 1, 9, 'expected }'],
    ['{ .a = }', 1, 8, 'expected a field or a value'],
    ['.a = 1', 1, 1, 'expected a set of spans'],
    ['{ duration > "1s" }', 1, 12, 'cannot be compared'],
    ['{ status > error }', 1, 10, 'use = or !='],
    ['{ durration > 1s }', 1, 3, 'unknown field durration'],
    ['{ name =~ "(" }', 1, 12, 'not a regular expression'],
    ['{ name =~ 5 }', 1, 11, 'needs a regular expression'],
    ['{} | count()', 1, 13, 'expected a comparison'],
    ['{} | rte()', 1, 6, 'expected a stage'],
    ['{} | quantile_over_time(duration)', 1, 33, 'quantiles'],
    ['{} | rate() | {}', 1, 15, 'expected topk'],
    ['{} with ()', 1, 10, 'expected a hint'],
    ['{} with (sample)', 1, 16, 'expected ='],
    ['{ "a" }', 1, 3, 'braces hold a condition'],
    ['{}\n}', 2, 1, 'unexpected }'],
    ["{ .a = 'b' }", 1, 8, 'unexpected character'],
    ['{ event.a = link.b }', 1, 11, 'events and links'],
    ['{} | by(1)', 1, 9, 'by is of a field of spans'],
    ['{} | sum(2 * 3) > 1', 1, 10, 'sum is of a field of spans'],
    ['coalesce() | {}', 1, 1, 'expected a set of spans'],
    [`${'('.repeat(100)}{}`, 1, 66, 'nested too deep'],
    [`{ ${'!'.repeat(100)}true }`, 1, 68, 'nested too deep'],
  ])('refuses %s at its place', (text, line, column, message) => {
    const error = failure(text)
    expect([error.line, error.column]).toEqual([line, column])
    expect(error.message).toContain(message)
  })

  it('says what may have been meant', () => {
    expect(failure('{ durration > 1s }').suggestion).toContain('did you mean duration?')
    expect(failure('{} | rte()').suggestion).toContain('did you mean rate?')
  })

  it('writes any query so that it is read as the same', () => {
    fc.assert(
      fc.property(queries(), query => {
        expect(parseTraceQl(formatTraceQl(query))).toEqual(query)
      }),
    )
  })

  it('ends with a QueryError or a query, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...'{ } ( ) | && || > >> !~ &> ~ = =~ .a span. "x" ` 1 5ms nil name by count() rate() topk(1) - ! ^ with'.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map(all => all.join(' ')),
        ),
        text => {
          try {
            parseTraceQl(text)
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError)
          }
        },
      ),
    )
  })
})

function failure(text: string): QueryError {
  try {
    parseTraceQl(text)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`${text} was taken`)
}

function queries(): fc.Arbitrary<TraceQuery> {
  const field: fc.Arbitrary<Field> = fc.oneof(
    fc.record({
      kind: fc.constant('attribute' as const),
      scope: fc.constantFrom('any' as const, 'span' as const, 'resource' as const),
      ofParent: fc.boolean(),
      name: fc.oneof(fc.constantFrom('a', 'http.route', 'x-y'), fc.string({ minLength: 1 })),
    }),
    fc.constant({ kind: 'intrinsic' as const, name: 'duration' as const }),
  )
  const number = fc
    .integer({ min: -5, max: 1e9 })
    .map(value => ({ kind: 'literal' as const, type: 'number' as const, value }))
  const computed: fc.Arbitrary<Expression> = fc.oneof(
    number,
    field,
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('+' as const, '^' as const, '/' as const),
      left: field,
      right: number,
    }),
  )
  const condition = fc.letrec<{ all: Expression }>(tie => ({
    all: fc.oneof(
      { maxDepth: 4 },
      fc.record({
        kind: fc.constant('compare' as const),
        operator: fc.constantFrom('=' as const, '!=' as const, '<=' as const),
        left: field,
        right: computed,
      }),
      fc.record({
        kind: fc.constant('logic' as const),
        operator: fc.constantFrom('&&' as const, '||' as const),
        left: tie('all'),
        right: tie('all'),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('all') }),
    ),
  })).all
  const spansets = fc.letrec<{ all: SpansetExpression }>(tie => ({
    all: fc.oneof(
      { maxDepth: 3 },
      fc.record({ kind: fc.constant('spans' as const), condition }),
      fc.record({
        kind: fc.constant('combined' as const),
        operator: fc.constantFrom(
          '&&' as const,
          '||' as const,
          '>' as const,
          '!<<' as const,
          '&~' as const,
          '!~' as const,
        ),
        left: tie('all'),
        right: tie('all'),
      }),
    ),
  })).all
  const stage: fc.Arbitrary<Stage> = fc.oneof(
    fc.record({ kind: fc.constant('spansets' as const), of: spansets }),
    fc.record({ kind: fc.constant('by' as const), of: field }),
    fc.constant({ kind: 'coalesce' as const }),
    fc.record({
      kind: fc.constant('scalar' as const),
      operator: fc.constantFrom('>' as const, '=' as const),
      left: fc.record({
        kind: fc.constant('aggregate' as const),
        name: fc.constant('max' as const),
        of: field,
      }),
      right: fc.record({
        kind: fc.constant('number' as const),
        type: fc.constant('duration' as const),
        value: fc.nat(),
      }),
    }),
  )
  return fc.record({
    pipeline: fc.record({ first: spansets, stages: fc.array(stage, { maxLength: 4 }) }),
    metrics: fc.option(
      fc.record({
        kind: fc.constant('overTime' as const),
        name: fc.constant('max_over_time' as const),
        of: field,
        quantiles: fc.constant([]),
        by: fc.array(field, { maxLength: 2 }),
      }),
      { nil: undefined },
    ),
    series: fc.constant([]),
  })
}

it.each([
  ['{ trace:id = "FBB99bfc59174ccefa0338d4886914" }', '{ trace:id = "00fbb99bfc59174ccefa0338d4886914" }'],
  ['{ "ab" != span:id }', '{ "00000000000000ab" != span:id }'],
  [
    '{ link:spanID = "1" && span:parentID = "" }',
    '{ (link:spanID = "0000000000000001") && (span:parentID = "") }',
  ],
  ['{ trace:id =~ "ab" && trace:id = "no id" }', '{ (trace:id =~ "ab") && (trace:id = "no id") }'],
])('ids in %s are whole', (text, expected) => {
  expect(formatTraceQl(parseTraceQl(text))).toBe(expected)
})

it.each([
  ['{ span.ht"tp.u"rl = 1 }', 'http.url'],
  ['{ ."with space" = 1 }', 'with space'],
  ['{ .account-channel = 1 }', 'account-channel'],
  ['{ span.q"\\"uote" = 1 }', 'q"uote'],
])('a name in %s is %s', (text, name) => {
  expect(formatTraceQl(parseTraceQl(text))).toBe(
    formatTraceQl(parseTraceQl(`{ ${/span/.test(text) ? 'span' : ''}.${JSON.stringify(name)} = 1 }`)),
  )
})
