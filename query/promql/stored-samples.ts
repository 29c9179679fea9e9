import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'
import type { Samples } from './functions/window.ts'

/** Numbers of one series, and the moments at which it ended. */
export interface StoredSamples {
  samples: Samples
  staleMs: Float64Array
}

/** Prometheus' staleness marker by the halves of its bits. */
const stale = { low: 2, high: 0x7ff00000 }
/** Times are told from the range's start on, in four bytes where they fit. */
const shortRangeMs = 2 ** 32

/** About so much of it comes at a time: a series more. */
const blockBytes = 1_000_000
const blockRows = '8192'

/** A series with its numbers. */
export type NumberedSeries = StoredSamples & { fingerprint: bigint }

/**
 * Hands over the numbers of series in the order of time, some series at a time and each once. They come in ClickHouse's Native format, where all
 * times and all values of a block lie one behind the other: nothing is made of a single sample. Source: ClickHouse, Native format.
 * Hot: `npm run bench query -- --peer prometheus`.
 */
export async function eachStoredSamples(
  reader: StoreReader,
  { condition, params }: { condition: string; params: SqlParams },
  { fromMs, toMs }: { fromMs: number; toMs: number },
  signal: AbortSignal,
  take: (series: NumberedSeries[]) => Promise<void>,
): Promise<StoreCost> {
  const type = toMs - fromMs < shortRangeMs ? 'UInt32' : 'Float64'
  // the table is sorted so: no group is looked up
  const statement = `SELECT Fingerprint, groupArray(to${type}(toUnixTimestamp64Milli(Timestamp) - {from:Int64})), groupArray(Value)
    FROM metric_samples WHERE ${condition} GROUP BY Fingerprint`
  const settings = {
    optimize_aggregation_in_order: 1,
    aggregation_in_order_max_block_bytes: String(blockBytes),
    max_block_size: blockRows,
  } as const
  return await reader.native(statement, params, settings, signal, async pieces => {
    const blocks = new NativeBlocks(pieces, Math.floor(fromMs))
    while (await blocks.next()) await take(await blocks.series())
  })
}

/** Blocks of three columns: a number, an array of times, an array of values. */
class NativeBlocks {
  readonly #pieces: AsyncIterator<Buffer>
  readonly #fromMs: number
  /** The piece that is read, and where in it. */
  #piece: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(pieces: AsyncIterable<Buffer>, fromMs: number) {
    this.#pieces = pieces[Symbol.asyncIterator]()
    this.#fromMs = fromMs
  }

  /** Whether there is another byte. */
  async next(): Promise<boolean> {
    while (this.#at === this.#piece.length) {
      const { done = false, value } = await this.#pieces.next()
      if (done) return false
      this.#piece = value as Buffer
      this.#at = 0
    }
    return true
  }

  async series(): Promise<NumberedSeries[]> {
    await this.#varint()
    const rows = await this.#varint()
    await this.#column()
    const fingerprints = new BigUint64Array(await this.#take(rows * 8))
    const isShort = (await this.#column()) === 'Array(UInt32)'
    const ends = new BigUint64Array(await this.#take(rows * 8))
    const total = Number(ends[rows - 1] ?? 0n)
    const bytes = await this.#take(total * (isShort ? 4 : 8))
    const times = isShort ? new Uint32Array(bytes) : new Float64Array(bytes)
    await this.#column()
    await this.#take(rows * 8)
    const values = new Float64Array(await this.#take(total * 8))
    const timesMs = new Float64Array(total)
    for (let i = 0; i < total; i++) timesMs[i] = (times[i] as number) + this.#fromMs
    return Array.from(fingerprints, (fingerprint, row) => {
      const [start, end] = [Number(ends[row - 1] ?? 0n), Number(ends[row])]
      const samples = { timesMs: timesMs.subarray(start, end), values: values.subarray(start, end) }
      return { fingerprint, ...withoutStale(inTimeOrder(samples)) }
    })
  }

  /** A copy, which stands where typed arrays can. */
  async #take(length: number): Promise<ArrayBuffer> {
    const copy = new ArrayBuffer(length)
    const target = new Uint8Array(copy)
    let done = 0
    while (done < length && (await this.next())) {
      const size = Math.min(length - done, this.#piece.length - this.#at)
      this.#piece.copy(target, done, this.#at, this.#at + size)
      done += size
      this.#at += size
    }
    return copy
  }

  /** Its name is passed over. */
  async #column(): Promise<string> {
    await this.#text()
    return await this.#text()
  }

  async #text(): Promise<string> {
    return Buffer.from(await this.#take(await this.#varint())).toString('latin1')
  }

  async #varint(): Promise<number> {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = (await this.next()) ? (this.#piece[this.#at++] ?? 0) : 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
  }
}

/** Parts of the table may overlap: then what they give is one behind the other. */
export function inTimeOrder(samples: Samples): Samples {
  const { timesMs, values } = samples
  let i = 1
  while (i < timesMs.length && (timesMs[i - 1] as number) <= (timesMs[i] as number)) i++
  if (i >= timesMs.length) return samples
  const order = Array.from(timesMs, (_, place) => place)
  order.sort((a, b) => (timesMs[a] as number) - (timesMs[b] as number) || a - b)
  // bits are moved, since no number carries a staleness marker safely
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length)
  const moved = BigUint64Array.from(order, place => bits[place] as bigint)
  return {
    timesMs: Float64Array.from(order, place => timesMs[place] as number),
    values: new Float64Array(moved.buffer),
  }
}

function withoutStale(samples: Samples): StoredSamples {
  const { timesMs, values } = samples
  const found: number[] = []
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  for (let i = 0; i < values.length; i++)
    if (halves[i * 2 + 1] === stale.high && halves[i * 2] === stale.low) found.push(i)
  if (found.length === 0) return { samples, staleMs: new Float64Array() }
  const isStale = new Set(found)
  const kept = (list: Float64Array) => list.filter((_, i) => !isStale.has(i))
  return {
    samples: { timesMs: kept(timesMs), values: kept(values) },
    staleMs: Float64Array.from(found, i => timesMs[i] as number),
  }
}
