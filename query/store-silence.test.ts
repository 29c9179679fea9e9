import { expect, it } from 'vitest'
import { silenceOf } from './store-silence.ts'

it('says of a store that is not there what to do, and leaves other failures as they are', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  expect(silenceOf(new Error('fetch failed', { cause: refused }), 'http://127.0.0.1:1')).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message:
      'no store answers at http://127.0.0.1:1 (fetch failed): start it (millrace up, or millrace store), or set clickhouse.url to the one that runs',
  })
  const other = new Error('Syntax error')
  expect(silenceOf(other, 'http://127.0.0.1:1')).toBe(other)
})
