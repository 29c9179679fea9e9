import { describe, expect, it } from 'vitest'
import type { TraceAnswer, TraceSpan } from '../query/index.ts'
import { printable } from './printable.ts'
import { formatNs, waterfall } from './waterfall.ts'

const span = (spanId: string, more: Partial<TraceSpan>): TraceSpan =>
  ({
    spanId,
    depth: 0,
    service: 'web',
    name: 'GET /',
    start: '1000',
    durationNs: 100,
    status: 'unset',
    ...more,
  }) as TraceSpan

function traceOf(spans: TraceSpan[]): TraceAnswer {
  return {
    start: '1000',
    durationNs: 100,
    spans,
    criticalPath: [{ spanId: 'a', start: '1000', durationNs: 100 }],
  } as TraceAnswer
}

describe('a waterfall', () => {
  it('has a line for each span, by depth and time', () => {
    const lines = waterfall(
      traceOf([
        span('a', {}),
        span('b', { depth: 1, service: 'cart', name: 'pay', start: '1050', durationNs: 25, status: 'error' }),
      ]),
      60,
    )
    expect(lines).toEqual([
      `  web: GET /               ${'█'.repeat(22)}     100 ns`,
      `!   cart: pay              ${' '.repeat(11)}${'░'.repeat(6)}${' '.repeat(5)}      25 ns`,
    ])
  })

  it('gives a terminal nothing to obey', () => {
    const [line] = waterfall(traceOf([span('a', { name: '\u001b]0;owned\u0007\n\u202e' })]), 100)
    expect(line).toContain('\\x1b]0;owned\\x07\\x0a\\u202e')
    expect(printable('Ünï ✓')).toBe('Ünï ✓')
  })

  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1_500, '1.5 µs'],
    [1_234_567, '1.23 ms'],
    [123_456_789, '123 ms'],
    [2_000_000_000, '2 s'],
    [2_375_000_000_000, '39 m 35 s'],
  ])('writes %d ns as %s', (ns, text) => {
    expect(formatNs(ns)).toBe(text)
  })

  it('holds spans that lie outside of their trace', () => {
    const [line] = waterfall(traceOf([span('a', { start: '0', durationNs: 10_000 })]), 60)
    expect(line?.length).toBe(60)
  })
})
