import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient, insertNative } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { ArrayColumn } from './array.ts'
import { type Columns, writeBlock } from './block.ts'
import { Dictionary } from './dictionary.ts'
import { Float64Column, UInt8Column, UInt16Column, UInt32Column, UInt64Column } from './fixed.ts'
import { LowCardinalityColumn } from './low-cardinality.ts'
import { MapColumn } from './map.ts'
import { StringColumn } from './string.ts'
import { TupleColumn } from './tuple.ts'

interface Row {
  tiny: number
  small: number
  middle: number
  large: number
  real: number
  text: string
  word: string
  map: [string, string][]
  words: string[]
  maps: [string, string][][]
}

const makeColumns = () => ({
  tiny: new UInt8Column(),
  small: new UInt16Column(),
  middle: new UInt32Column(),
  large: new UInt64Column(),
  real: new Float64Column(),
  text: new StringColumn(),
  word: new LowCardinalityColumn(),
  map: new MapColumn(),
  words: new ArrayColumn(new LowCardinalityColumn()),
  maps: new ArrayColumn(new MapColumn()),
  pair: new TupleColumn({ a: new UInt8Column(), b: new StringColumn() }),
})

function push(columns: ReturnType<typeof makeColumns>, row: Row): void {
  columns.tiny.push(row.tiny)
  columns.small.push(row.small)
  columns.middle.push(row.middle)
  columns.large.pushNumber(row.large)
  columns.real.push(row.real)
  columns.text.pushText(row.text)
  columns.word.pushText(row.word)
  pushMap(columns.map, row.map)
  for (const word of row.words) columns.words.elements.pushText(word)
  columns.words.endRow()
  for (const map of row.maps) pushMap(columns.maps.elements, map)
  columns.maps.endRow()
  columns.pair.elements.a.push(row.tiny)
  columns.pair.elements.b.pushText(row.text)
}

function pushAll(columns: ReturnType<typeof makeColumns>, rows: readonly Row[]): void {
  for (const row of rows) push(columns, row)
}

function pushMap(column: MapColumn, pairs: readonly (readonly [string, string])[]): void {
  for (const [key, value] of pairs) {
    const bytes = Buffer.from(key)
    column.pushKey(bytes, 0, bytes.length)
    column.values.pushText(value)
  }
  column.endRow()
}

const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const pairs = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'http.route', 'k'.repeat(50)), text), {
  selector: ([key]) => key,
  maxLength: 4,
})
const anyRow: fc.Arbitrary<Row> = fc.record({
  tiny: fc.nat(255),
  small: fc.nat(65_535),
  middle: fc.nat(4_294_967_295),
  large: fc.maxSafeNat(),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }),
  text,
  word: fc.oneof(fc.constantFrom('info', 'error', ''), text),
  map: pairs,
  words: fc.array(text, { maxLength: 3 }),
  maps: fc.array(pairs, { maxLength: 3 }),
})

const bytesOf = (columns: Columns) => Buffer.concat(writeBlock(columns)).toString('hex')

describe('a column of strings', () => {
  it('has whole numbers as their decimal digits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(2 ** 31 - 1), fc.nat(120), fc.constantFrom(0, 9, 10, 99, 100))),
        numbers => {
          const [digits, texts] = [new StringColumn(), new StringColumn()]
          for (const number of numbers) {
            expect(digits.pushWhole(number)).toBe(String(number).length)
            texts.pushText(String(number))
          }
          expect(digits.sink.view().equals(texts.sink.view())).toBe(true)
          expect(digits.rows).toBe(numbers.length)
        },
      ),
    )
  })
})

describe('a block', () => {
  it('is the same, byte for byte, for the same rows, also when columns are used again', () => {
    const used = makeColumns()
    fc.assert(
      fc.property(fc.array(anyRow), rows => {
        for (const column of Object.values(used)) column.clear()
        const fresh = makeColumns()
        for (const row of rows) {
          push(used, row)
          push(fresh, row)
        }
        expect(bytesOf(used)).toBe(bytesOf(fresh))
      }),
    )
  })

  it('shows nothing of rows that were rolled back', () => {
    const rows = fc.array(anyRow, { maxLength: 5 })
    fc.assert(
      fc.property(rows, rows, rows, (before, dropped, after) => {
        const columns = makeColumns()
        pushAll(columns, before)
        for (const column of Object.values(columns)) column.mark()
        pushAll(columns, dropped)
        for (const column of Object.values(columns)) column.rollback()
        pushAll(columns, after)
        const wanted = makeColumns()
        pushAll(wanted, [...before, ...after])
        // dictionaries may hold words of dropped rows, so only what has none is compared by its bytes
        const plain = ({ text, real, large, pair }: ReturnType<typeof makeColumns>) => ({
          text,
          real,
          large,
          pair,
        })
        expect(bytesOf(plain(columns))).toBe(bytesOf(plain(wanted)))
        expect(columns.map.rows).toBe(wanted.map.rows)
      }),
    )
  })
})

describe('a dictionary', () => {
  it('numbers strings in the order in which they come', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), words => {
        const dictionary = new Dictionary()
        const distinct = [...new Set(words)]
        for (const word of words) expect(dictionary.internText(word)).toBe(distinct.indexOf(word))
        expect(distinct.map((_, place) => dictionary.text(place))).toEqual(distinct)
      }),
    )
  })

  it('grows past its first size', () => {
    const dictionary = new Dictionary()
    for (let i = 0; i < 100_000; i++) expect(dictionary.internText(`word ${i}`)).toBe(i)
    expect(dictionary.internText('word 500')).toBe(500)
  })
})

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `blocks in the store${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient

    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
      const columns = Object.entries(makeColumns()).map(([name, column]) => `${name} ${column.type}`)
      await client.command({
        query: `CREATE TABLE t (n UInt32, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY n`,
      })
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })

    it('read back as what was written', async () => {
      for (const size of [1, 3, 300]) {
        const rows = fc.sample(anyRow, { numRuns: size, seed: size })
        const columns = { n: new UInt32Column(), ...makeColumns() }
        for (const [n, row] of rows.entries()) {
          columns.n.push(n)
          push(columns, row)
        }
        await client.command({ query: 'TRUNCATE TABLE t' })
        await insertNative(client, 't' as never, writeBlock(columns), `size ${size}`)
        const answer = await client.query({ query: 'SELECT * FROM t ORDER BY n', format: 'JSONEachRow' })
        const found = await answer.json<Record<string, unknown>>()
        expect(found).toEqual(
          rows.map((row, n) => ({
            n,
            ...row,
            // JSON has no negative zero
            real: row.real === 0 ? expect.closeTo(0) : row.real,
            map: Object.fromEntries(row.map),
            maps: row.maps.map(map => Object.fromEntries(map)),
            pair: { a: row.tiny, b: row.text },
          })),
        )
      }
    })
  },
)
