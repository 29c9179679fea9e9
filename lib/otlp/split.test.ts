import { expect, test } from 'vitest'
import { checkRequest, nanosOfMs, splitRequest, writeLogsRequest } from './index.ts'

const time = nanosOfMs(1_700_000_000_000)

function request(service: string, lines: string[]): Buffer {
  return writeLogsRequest(
    { resource: { 'service.name': service }, scope: `scope of ${service}` },
    lines.map(body => ({
      time,
      observed: time,
      severityNumber: 0,
      severityText: '',
      body,
      attributes: {},
    })),
  )
}

test('a request that is too large becomes several, each record whole and under its own resource', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(100)}`)
  const parts = splitRequest(Buffer.concat([request('a', lines), request('b', lines)]), 2_000)
  expect(parts.length).toBeGreaterThan(10)
  const counts = parts.map(part => checkRequest('logs', part))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200)
  for (const part of parts) expect(part.length).toBeLessThan(2_500)
  expect(parts[0]?.toString('latin1')).toContain('scope of a')
  expect(parts.at(-1)?.toString('latin1')).toContain('scope of b')
  expect(parts.at(-1)?.toString('latin1')).not.toContain('scope of a')
})

test('a record larger than the limit stands alone', () => {
  const parts = splitRequest(request('a', ['x'.repeat(5_000), 'small']), 1_000)
  expect(parts.map(part => checkRequest('logs', part))).toEqual([1, 1])
})

test('small requests stay one', () => {
  const whole = Buffer.concat([request('a', ['1']), request('b', ['2'])])
  expect(splitRequest(whole, 10_000).map(part => checkRequest('logs', part))).toEqual([2])
})
