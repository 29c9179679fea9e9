import { expect, it } from 'vitest'
import { changesOf } from './record-changes.ts'

it('tells what a rule changed of a record, the message always, of one that is left out that alone', () => {
  const before = { body: 'GET /', service: 'web', attributes: { path: '/', debug: 'x' } }
  expect(changesOf(before, undefined)).toEqual([{ name: 'body', was: 'GET /', is: undefined }])
  const after = {
    body: 'GET /',
    service: 'web',
    level: 'warn',
    attributes: { path: '/home' },
    resource: { a: 'b' },
  }
  expect(changesOf(before, after)).toEqual([
    { name: 'body', was: 'GET /', is: 'GET /' },
    { name: 'path', was: '/', is: '/home' },
    { name: 'debug', was: 'x', is: undefined },
    { name: 'level', was: undefined, is: 'warn' },
    { name: 'resource a', was: undefined, is: 'b' },
  ])
})
