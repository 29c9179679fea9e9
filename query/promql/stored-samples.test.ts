import { describe, expect, it } from 'vitest'
import type { StoreReader } from '../store-reader.ts'
import { eachStoredSamples, type NumberedSeries } from './stored-samples.ts'

const staleBits = 0x7ff0000000000002n

type Row = [fingerprint: bigint, times: number[], values: (number | 'stale')[]]

/** A block as ClickHouse writes it in its Native format. */
function block(rows: readonly Row[], timeType: 'UInt32' | 'Float64'): Buffer {
  const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)])
  const bits = (values: readonly bigint[]) => Buffer.from(BigUint64Array.from(values).buffer)
  const ends = rows.map((_, i) =>
    BigInt(rows.slice(0, i + 1).reduce((sum, [, times]) => sum + times.length, 0)),
  )
  const times = rows.flatMap(([, own]) => own)
  const values = rows.flatMap(([, , own]) => own)
  const numbers = values.map(value =>
    value === 'stale' ? staleBits : (new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint),
  )
  return Buffer.concat([
    Buffer.from([3, rows.length]),
    ...[text('Fingerprint'), text('UInt64'), bits(rows.map(([fingerprint]) => fingerprint))],
    ...[text('times'), text(`Array(${timeType})`), bits(ends)],
    Buffer.from((timeType === 'UInt32' ? Uint32Array.from(times) : Float64Array.from(times)).buffer),
    ...[text('values'), text('Array(Float64)'), bits(ends), bits(numbers)],
  ])
}

async function* inPieces(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces
}

async function read(pieces: Buffer[], toMs = 10_000) {
  const native: StoreReader['native'] = async (_sql, _params, _settings, _signal, take) => {
    await take(inPieces(pieces))
    return { rows: 0, bytes: 0 }
  }
  const found: NumberedSeries[] = []
  await eachStoredSamples(
    { native } as unknown as StoreReader,
    { condition: '1', params: {} },
    { fromMs: 1_000, toMs },
    new AbortController().signal,
    series => {
      found.push(...series)
      return Promise.resolve()
    },
  )
  return found.map(({ fingerprint, samples, staleMs }) => [
    fingerprint,
    [...samples.timesMs],
    [...samples.values],
    [...staleMs],
  ])
}

describe('samples in the Native format', () => {
  const one: Row = [2n ** 64n - 1n, [0, 15], [1.5, -0]]
  const other: Row = [7n, [0, 15, 30], [1, 'stale', 3]]

  it.each([
    ['UInt32', 10_000],
    ['Float64', 2 ** 40],
  ] as const)('are read with times as %s, wherever they were cut', async (type, toMs) => {
    const whole = Buffer.concat([block([one, other], type), block([[8n, [5], [Number.NaN]]], type)])
    const expected = [
      [2n ** 64n - 1n, [1_000, 1_015], [1.5, -0], []],
      [7n, [1_000, 1_030], [1, 3], [1_015]],
      [8n, [1_005], [Number.NaN], []],
    ]
    expect(await read([whole], toMs)).toEqual(expected)
    for (const size of [1, 3, 64]) {
      const cut = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      )
      expect(await read(cut, toMs)).toEqual(expected)
    }
  })

  it('are put in the order of time, where they ended too', async () => {
    const mixed = block([[7n, [30, 0, 15], [3, 1, 'stale']]], 'UInt32')
    expect(await read([mixed])).toEqual([[7n, [1_000, 1_030], [1, 3], [1_015]]])
  })

  it('may be none', async () => {
    expect(await read([])).toEqual([])
  })
})
