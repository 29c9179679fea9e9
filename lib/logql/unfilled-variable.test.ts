import { expect, it } from 'vitest'
import { parseLogQl } from './index.ts'
import { hintForVariable } from './unfilled-variable.ts'

it.each([
  ['rate({}[$__interval])', 8, '$__interval'],
  ['rate({}[${range}])', 8, '${range}'],
])('%s has a variable', (text, at, shown) => {
  const hint = `${shown} is a variable of a dashboard: write a value in its place, as in [5m]`
  expect(hintForVariable(text, at)).toBe(hint)
  const error = (() => {
    try {
      return parseLogQl(text)
    } catch (caught) {
      return caught
    }
  })()
  expect(error).toMatchObject({ code: 'QUERY_INVALID', suggestion: hint })
})

it('is none without a name', () => {
  expect(hintForVariable('a $ b', 2)).toBeUndefined()
  expect(hintForVariable('abc', 0)).toBeUndefined()
})
