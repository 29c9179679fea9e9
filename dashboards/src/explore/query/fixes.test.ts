import { describe, expect, it } from 'vitest'
import { parseLogQl, parseLogQuery, QueryError } from '../../../../lib/logql/index.ts'
import { fixesOf } from './fixes.ts'

function problemOf(query: string) {
  try {
    if (/^(?:rate|sum|rat)/.test(query)) parseLogQl(query)
    else parseLogQuery(query)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const { line, column, suggestion } = error
    return {
      type: '',
      title: '',
      status: 400,
      detail: error.message,
      position: { line, column },
      ...(suggestion === undefined ? {} : { suggestion }),
    }
  }
  throw new Error(`${query} parses`)
}

describe('a query that is wrong', () => {
  it.each([
    ['{service="web"', '{service="web"}'],
    ['{service="web} |= "x"', undefined],
    ["{service='web'}", '{service="web"}'],
    ['{service=web}', '{service="web"}'],
    ['{} | user-id = "x"', '{} | "user-id" = "x"'],
    ['{user-id="x"}', '{"user-id"="x"}'],
    ['{} | status >= "500"', '{} | status >= 500'],
    ['{} | status = web', '{} | status = "web"'],
    ['{a="b"} }', '{a="b"} '],
    ['rat({a="b"}[5m])', 'rate({a="b"}[5m])'],
  ])('%s is mended to %s', (query, mended) => {
    const fixes = fixesOf(query, problemOf(query))
    if (mended !== undefined) expect(fixes.map(fix => fix.query)).toContain(mended)
  })
})
