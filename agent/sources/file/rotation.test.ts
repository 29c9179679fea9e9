import { expect, test } from 'vitest'
import { isRelated, originalsOf } from './rotation.ts'

test.each([
  ['/l/app.log.1', true],
  ['/l/app.log.12.gz', true],
  ['/l/app.log.gz', true],
  ['/l/app.log-20260131', true],
  ['/l/app-2026-01-31.log', true],
  ['/l/app.2026-01-31T12_00.log.gz', true],
  ['/l/app.log.old', true],
  ['/l/app.log.1.zst', true],
  ['/l/app-2026-01-31T12-00-00.000.log', true],
  ['/l/app__2026-01-31_12-00-00.log', true],
  ['/l/app.log.20260131-120000', true],
  ['/l/old/app.log.1.gz', true],
  ['/l/old/app.log', false],
  ['/l/old/older/app.log.1', false],
  ['/l/app.log', false],
  ['/l/app-worker.log', false],
  ['/l/app2.logs', false],
  ['/l/other.log.1', false],
  ['/m/app.log.1', false],
])('%s is where a rotation puts /l/app.log: %s', (path, expected) => {
  expect(originalsOf(path).includes('/l/app.log')).toBe(expected)
})

test('paths are related where both may come from a third', () => {
  expect(isRelated('/l/app.log.2.gz', ['/l/app.log.1'])).toBe(true)
  expect(isRelated('/l/app.log.2.gz', ['/l/shop.log.1'])).toBe(false)
  expect(isRelated('/l/app.log', ['/l/app.log'])).toBe(true)
})
