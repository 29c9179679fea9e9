import { expect, it } from 'vitest'
import { summaryOf } from './summary.ts'

const part = (format: 'otlp' | 'json' | 'text' | 'null', value: unknown) => ({
  format,
  value,
  bytes: 1,
  cut: false,
  schema: null,
  why: null,
})
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] }

it('says in one line what OTLP says', () => {
  const logs = {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          { logRecords: [{ body: { stringValue: 'one\nline' } }, { body: { kvlistValue: { values: [] } } }] },
        ],
      },
    ],
  }
  expect(summaryOf(part('otlp', logs), 100)).toBe('cart: one line · {"values":[]}')
  const spans = { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'GET /' }] }] }] }
  expect(summaryOf(part('otlp', spans), 100)).toBe('(no service): GET /')
  const metrics = {
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'a' }, { name: 'b' }] }] }],
  }
  expect(summaryOf(part('otlp', metrics), 100)).toBe('cart: a · b')
})

it('leaves everything else as it is, in one line', () => {
  expect(summaryOf(part('json', { a: [1, 2] }), 100)).toBe('{"a":[1,2]}')
  expect(summaryOf(part('text', 'a  long\ntext'), 6)).toBe('a long…')
  expect(summaryOf(part('text', '\u001b[31mred\u001b[0m \u0000'), 100)).toBe('red \\x00')
  expect(summaryOf(part('null', null), 100)).toBe('(null)')
})
