import { describe, expect, it } from 'vitest'
import { partsWithoutRecord, recordsWithoutPart } from './mend.ts'
import { partOf, readRecords, writeRecord } from './records.ts'

const record = (part: string, block = `b-${part}`) => ({ isForgotten: false, part, block })

describe('a table’s deduplication log', () => {
  it.each([
    ['20261130-30_4_9_1', { partition: '20261130-30', first: 4, last: 9 }],
    ['all_1_1_0', { partition: 'all', first: 1, last: 1 }],
    ['202611_2_40_3_41', { partition: '202611', first: 2, last: 40 }],
  ])('names parts: %s', (name, part) => {
    expect(partOf(name)).toEqual({ name, ...part })
  })

  it.each([
    'tmp_insert_all_4_4_0',
    'tmp_merge_all_1_4_1',
    'delete_tmp_all_1_1_0',
    'detached',
    'mutation_3.txt',
    'deduplication_logs',
  ])('is not about %s', name => {
    expect(partOf(name)).toBeUndefined()
  })

  it('is read without lines that are not whole', () => {
    const lines = [record('all_1_1_0'), { ...record('all_1_1_0'), isForgotten: true }]
      .map(writeRecord)
      .join('')
    for (const torn of ['', '1\tall_2', '1\tall_2_2_0\tb', '\0\0\0\0\tb\n']) {
      const { records, isWhole } = readRecords(lines + torn)
      expect(records.map(writeRecord).join('')).toBe(lines)
      expect(isWhole).toBe(torn === '')
    }
    const after = writeRecord(record('all_3_3_0'))
    const torn = `1\tall_2_2_0\tb1\tall_2\0\tb\n${after}`
    expect(
      readRecords(lines + torn)
        .records.map(writeRecord)
        .join(''),
    ).toBe(lines + after)
  })
})

describe('what a process that was killed has left', () => {
  it('is forgotten where a block has no part, alone or in a merge', () => {
    const records = ['all_1_1_0', 'all_2_2_0', 'all_3_3_0', 'x_4_4_0'].map(part => record(part))
    const orphans = recordsWithoutPart(records, [
      'all_1_2_1',
      'all_4_4_0',
      'tmp_insert_all_3_3_0',
      'detached',
    ])
    expect([...orphans].map(({ part }) => part)).toEqual(['all_3_3_0', 'x_4_4_0'])
  })

  it('is set aside where a part is newer than all that is recorded', () => {
    const records = ['all_1_1_0', 'x_2_2_0'].map(part => record(part))
    expect(partsWithoutRecord(records, ['all_1_1_0', 'x_2_2_0', 'all_3_3_0', 'x_4_4_0'])).toEqual([
      'all_3_3_0',
      'x_4_4_0',
    ])
  })

  it.each([
    ['older, such as those of which the record has long gone', ['all_1_1_0', 'all_5_5_0']],
    ['mutated since', ['all_5_5_0_9']],
    ['merged with older ones', ['all_3_6_1', 'all_6_6_0']],
  ])('stays where parts are %s', (_, parts) => {
    expect(partsWithoutRecord([record('all_5_5_0')], parts)).toEqual([])
  })

  it('stays where nothing is recorded at all, as after a restore', () => {
    expect(partsWithoutRecord([], ['all_1_1_0', 'all_2_2_0'])).toEqual([])
  })
})
