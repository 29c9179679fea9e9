import { expect, it } from 'vitest'
import { readProblem } from './problem.ts'

it('reads what is wrong in every tongue of the API, with its place', () => {
  const native = { type: 'urn:x', title: 't', detail: 'd', status: 400, position: { line: 1, column: 2 } }
  expect(readProblem(400, 'application/problem+json', JSON.stringify(native))).toEqual(native)
  const prometheus = {
    status: 'error',
    errorType: 'bad_data',
    error: 'invalid parameter "query": 1:5: parse error: no',
  }
  expect(readProblem(400, 'application/json', JSON.stringify(prometheus))).toMatchObject({
    detail: 'no',
    position: { line: 1, column: 5 },
  })
  expect(readProblem(400, 'text/plain; charset=utf-8', 'parse error at line 2, col 29: bad\n')).toMatchObject(
    {
      detail: 'bad',
      position: { line: 2, column: 29 },
    },
  )
})

it('says what it can of every other answer', () => {
  expect(readProblem(503, 'text/plain', 'too busy\n')).toMatchObject({
    title: 'this cannot be answered now',
    detail: 'too busy',
    status: 503,
  })
  expect(readProblem(502, 'text/html', '<h1>no</h1>').detail).toBe('the query API answered 502')
  expect(readProblem(500, 'application/json', '{"err').detail).toBe('the query API answered 500')
  expect(readProblem(404, '', '').detail).toBe('the query API answered 404')
})

it('what took too long is told from what does not answer', () => {
  const typeOf = (errorType: string) =>
    readProblem(503, 'application/json', JSON.stringify({ status: 'error', errorType, error: 'x' })).type
  expect(typeOf('timeout')).toBe('urn:millrace:store-timeout')
  expect(typeOf('unavailable')).toBe('about:blank')
})
