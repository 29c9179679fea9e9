import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../test/house/sources.ts'
import { formOf } from './form.ts'

const patternsOf = (path: string) => {
  const text = readFileSync(`${root}/${path}`, 'utf8')
  return ['logQl', 'comparedFirst', 'logQlMarks'].map(
    name => new RegExp(`const ${name} =\\s+(/.*)`).exec(text)?.[1],
  )
}

describe('what a query is written in', () => {
  it('is told as the API tells it', () => {
    const own = patternsOf('dashboards/src/explore/query/form.ts')
    expect(own).toEqual(patternsOf('lib/logql/parser.ts'))
    expect(own).not.toContain(undefined)
  })

  it.each([
    ['', 'empty'],
    ['timeout OR refused', 'words'],
    ['duration:>=10 service:api', 'words'],
    ['status>=500 timeout', 'words'],
    ['status >= 500', 'logql'],
    ['{service="web"}', 'logql'],
    ['rate({service="web"}[5m])', 'metric'],
  ])('%s: %s', (query, form) => {
    expect(formOf(query)).toBe(form)
  })
})
