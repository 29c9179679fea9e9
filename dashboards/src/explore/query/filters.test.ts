import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogFields, parseLogQuery, predicateOfFields } from '../../../../lib/logql/index.ts'
import { filterBy, filterOf, withoutField } from './filters.ts'
import { formOf } from './form.ts'

const columns =
  /^(?:service|service[._]name|host|host[._]name|level|detected_level|(?:trace|span)(?:_id|Id)|body)$/
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.stringMatching(/^["\\{}`|=:\-a-zA-Z0-9 #\n\r]{1,12}$/),
  fc.constantFrom(
    'user-id',
    'http.status',
    'json',
    'or',
    'OR',
    'a b',
    '5',
    '-x',
    '"',
    'x>5',
    'a="',
    '\\',
    'now()',
  ),
)
const field = text.filter(name => !columns.test(name))
const queries = fc.constantFrom(
  '',
  '{}',
  '{service="web"}',
  '{service="web", } |= "x"',
  '{level=~"error|warn"} | status >= 0 # a comment',
  '|= "x"',
  'status>=500',
  'x or y',
  'x "y z" -debug',
  'status>=0 x',
  'x "y',
  'x OR level:error',
)

function line(attributes: Record<string, string>): LogFields {
  return {
    service: 'web',
    host: 'h',
    level: 'error',
    body: 'x y z',
    traceId: '',
    spanId: '',
    resource: {},
    attributes: { status: '500', ...attributes },
  }
}

const matches = (query: string, fields: LogFields) => predicateOfFields(parseLogQuery(query))(fields)

describe('a query built by clicks', () => {
  it('parses for any name and value, and takes exactly the lines with that value', () => {
    fc.assert(
      fc.property(queries, field, text, text, (query, name, value, other) => {
        fc.pre(name !== 'status' && value !== other)
        const asked = filterBy(query, name, 'only', value)
        expect(matches(asked, line({ [name]: value })), asked).toBe(matches(query, line({ [name]: value })))
        expect(matches(asked, line({ [name]: other })), asked).toBe(false)
        expect(matches(asked, line({ x1: value })), asked).toBe(false)
        const without = filterBy(query, name, 'without', value)
        expect(matches(without, line({ [name]: value })), without).toBe(false)
        expect(matches(without, line({ [name]: other })), without).toBe(matches(query, line({})))
        const both = filterBy(asked, name, 'also', other)
        for (const one of [value, other])
          expect(matches(both, line({ [name]: one })), both).toBe(matches(query, line({})))
        expect(filterOf(both, name), both).toEqual({ field: name, included: [value, other], excluded: [] })
        expect(filterOf(without, name), without).toEqual({ field: name, included: [], excluded: [value] })
        expect(filterOf(withoutField(both, name), name).included).toEqual([])
        expect(matches(withoutField(both, name), line({}))).toBe(matches(query, line({})))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['', 'service', 'web', '{service="web"}'],
    ['', 'user-id', '42', '{} | "user-id"="42"'],
    ['{level="error"} |= "a}b"', 'service', 'web', '{level="error", service="web"} |= "a}b"'],
    ['{level="error"}', 'level', 'warn', '{level="warn"}'],
    ['timeout', 'service', 'web', 'timeout service:web'],
    ['timeout', 'user-id', 'a b', 'timeout "user-id":"a b"'],
  ])('%s and %s of %s is %s', (query, name, value, expected) => {
    expect(filterBy(query, name, 'only', value)).toBe(expected)
  })

  it('says "or" and "not" as people would', () => {
    const two = filterBy('{service="web"}', 'service', 'also', 'shop')
    expect(two).toBe('{service=~"web|shop"}')
    expect(filterBy(two, 'service', 'clear', 'web')).toBe('{service="shop"}')
    expect(filterBy(two, 'status', 'without', '200')).toBe('{service=~"web|shop"} | status!="200"')
    expect(filterBy('x status:"500"', 'status', 'also', '502')).toBe('x status:"500" OR status:"502"')
    expect(filterBy('{service="web"}', 'service', 'clear', 'web')).toBe('')
  })
})

describe('the form of a query', () => {
  it('is words where the API takes it for words', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          queries,
          fc.array(text).map(parts => parts.join(' ')),
        ),
        query => {
          let isWords: boolean
          try {
            isWords = parseLogQuery(query).stages.every(stage => stage.kind !== 'words')
          } catch {
            return
          }
          if (!isWords) expect(formOf(query)).toBe('words')
        },
      ),
    )
  })

  it.each([
    'rate({a="b"}[5m])',
    'sum by (level) (count_over_time({} |= "x" [1m]))',
    'quantile_over_time(0.9, {} | unwrap took [5m]) by (service)',
  ])('%s is a metric', query => expect(formOf(query)).toBe('metric'))
})
