import { describe, expect, it } from 'vitest'
import { MapColumn } from './map.ts'
import { StringColumn } from './string.ts'

function push(map: MapColumn, pairs: readonly (readonly [string, string])[]): void {
  for (const [key, value] of pairs) {
    const bytes = Buffer.from(key)
    map.pushKey(bytes, 0, bytes.length)
    map.values.pushText(value)
  }
}

/** The texts of a column, which stand in it each behind its length. */
function texts({ sink, rows }: StringColumn): string[] {
  const found: string[] = []
  for (let at = 0; at < sink.length; ) {
    let length = 0
    let shift = 0
    for (; (sink.bytes[at] as number) >= 0x80; shift += 7)
      length |= ((sink.bytes[at++] as number) & 0x7f) << shift
    length |= (sink.bytes[at++] as number) << shift
    found.push(sink.bytes.toString('utf8', at, at + length))
    at += length
  }
  expect(found.length).toBe(rows)
  return found
}

function keys(map: MapColumn): string[] {
  return Array.from({ length: map.keys.rows }, (_, i) => map.keys.dictionary.text(map.keys.place(i)))
}

function withFirst(...first: string[]): MapColumn {
  const map = new MapColumn()
  for (const key of first) map.keys.dictionary.internText(key)
  return map
}

describe('a pair that is moved out of an open row', () => {
  const long = 'x'.repeat(300)
  const cases: { name: string; pairs: [string, string][]; place: number; moved: string[]; left: string[] }[] =
    [
      { name: 'none', pairs: [['a', '1']], place: -1, moved: [], left: ['1'] },
      {
        name: 'the only one',
        pairs: [
          ['a', '1'],
          ['msg', 'hello'],
          ['b', '2'],
        ],
        place: 1,
        moved: ['hello'],
        left: ['1', '2'],
      },
      {
        name: 'the first by key, wherever it stands',
        pairs: [
          ['msg', 'hello'],
          ['a', long],
          ['message', long],
        ],
        place: 0,
        moved: [long],
        left: ['hello', long],
      },
      {
        name: 'none that is empty',
        pairs: [
          ['message', ''],
          ['msg', 'said'],
        ],
        place: 1,
        moved: ['said'],
        left: [''],
      },
    ]

  it.each(cases)('is $name', ({ pairs, place, moved, left }) => {
    const map = withFirst('message', 'msg')
    const to = new StringColumn()
    push(map, [['z', 'before']])
    map.endRow()
    push(map, pairs)
    expect(map.moveFirst(2, to)).toBe(place)
    map.endRow()
    expect(texts(to)).toEqual(moved)
    expect(texts(map.values)).toEqual(['before', ...left])
    expect(map.rows).toBe(2)
  })

  it('leaves the keys of the rows that follow as they are', () => {
    const map = withFirst('message')
    const to = new StringColumn()
    const rows = [
      ['a', 'message', 'b', 'c'],
      ['a', 'message', 'b', 'c'],
      ['a', 'b', 'message'],
      ['c'],
      ['b', 'a', 'message', 'c', 'd'],
      ['message'],
      [],
      ['message', 'a'],
    ]
    for (const row of rows) {
      push(
        map,
        row.map(key => [key, key]),
      )
      map.moveFirst(1, to)
      map.endRow()
    }
    const left = rows.flatMap(row => row.filter(key => key !== 'message'))
    expect(keys(map)).toEqual(left)
    expect(texts(map.values)).toEqual(left)
    expect(texts(to)).toEqual(rows.flatMap(row => row.filter(key => key === 'message')))
  })
})
