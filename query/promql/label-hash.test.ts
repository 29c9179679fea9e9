import { expect, test } from 'vitest'
import { labelHash } from './label-hash.ts'
import { xxHash64 } from './xxhash64.ts'

// source of the values: xxHash's own tests, and github.com/cespare/xxhash/v2
test.each([
  ['', 'ef46db3751d8e999'],
  ['a', 'd24ec4f1a98c6e5b'],
  ['abc', '44bc2cf5ad770999'],
  ['Call me Ishmael. Some years ago--never mind how long precisely-', '02a2e85470d6fd96'],
])('XXH64 of %s', (text, hex) => {
  expect(xxHash64(Buffer.from(text)).toString(16).padStart(16, '0')).toBe(hex)
})

test('labels are told apart by names and values, in whatever order they come; an empty one is none', () => {
  const hash = labelHash({ b: 'x', a: 'y' })
  expect(labelHash({ a: 'y', b: 'x', c: '' })).toBe(hash)
  expect(labelHash({ a: 'yb', x: '' })).not.toBe(hash)
  expect(hash).toBe(xxHash64(Buffer.from('\x01a\x01y\x01b\x01x')))
  expect(labelHash({ a: 'v'.repeat(300) })).toBe(
    xxHash64(
      Buffer.concat([Buffer.from('\x01a'), Buffer.from([255, 44, 1, 0]), Buffer.from('v'.repeat(300))]),
    ),
  )
})
