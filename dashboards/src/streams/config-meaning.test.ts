import { expect, it } from 'vitest'
import { meaningOf } from './config-meaning.ts'

it('tells what a number of a configuration comes to', () => {
  expect(
    [
      ['retention.ms', '604800000'],
      ['retention.ms', '-1'],
      ['segment.bytes', '1073741824'],
      ['delete.retention.ms', '86400000'],
      ['flush.messages', '9223372036854775807'],
      ['compression.zstd.level', '3'],
      ['cleanup.policy', 'delete'],
    ].map(([name = '', value = '']) => meaningOf(name, value)),
  ).toEqual(['7 days', 'no limit', '1.07 GB', '24 h', 'no limit', '', ''])
})
