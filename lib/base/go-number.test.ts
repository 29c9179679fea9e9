import { expect, it } from 'vitest'
import { goNumber } from './go-number.ts'

// source of the texts: Go's fmt.Sprint of the same
it.each([
  [0, '0'],
  [-0, '-0'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [999_999, '999999'],
  [123_456.75, '123456.75'],
  [1e6, '1e+06'],
  [-1_796_062_939, '-1.796062939e+09'],
  [1e21, '1e+21'],
  [1e300, '1e+300'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%f is %s', (value, text) => {
  expect(goNumber(value)).toBe(text)
})
