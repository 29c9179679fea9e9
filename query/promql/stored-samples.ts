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

/**
 * The numbers of series by their fingerprints, in the order of time. They come in ClickHouse's Native format, where all times and
 * all values of a block lie one behind the other: nothing is made of a single sample. Source: ClickHouse, Native format. Hot:
 * `npm run bench query -- --peer prometheus`.
 */
export async function storedSamples(
  reader: StoreReader,
  { condition, params }: { condition: string; params: SqlParams },
  { fromMs, toMs }: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ byFingerprint: Map<bigint, StoredSamples>; count: number; cost: StoreCost }> {
  const type = toMs - fromMs < shortRangeMs ? 'UInt32' : 'Float64'
  // the table is sorted so: no group is looked up
  const statement = `SELECT Fingerprint, groupArray(to${type}(toUnixTimestamp64Milli(Timestamp) - {from:Int64})), groupArray(Value)
    FROM metric_samples WHERE ${condition} GROUP BY Fingerprint`
  const settings = { optimize_aggregation_in_order: 1 } as const
  const { chunks, cost } = await reader.native(statement, params, settings, signal)
  const blocks = new NativeBlocks(chunks, Math.floor(fromMs))
  const byFingerprint = new Map<bigint, StoredSamples>()
  let count = 0
  while (blocks.next())
    for (const { fingerprint, timesMs, values } of blocks.series()) {
      count += values.length
      byFingerprint.set(fingerprint, withoutStale(inTimeOrder({ timesMs, values })))
    }
  return { byFingerprint, count, cost }
}

interface Row extends Samples {
  fingerprint: bigint
}

/** Blocks of three columns: a number, an array of times, an array of values. */
class NativeBlocks {
  readonly #chunks: readonly Buffer[]
  readonly #fromMs: number
  /** The chunk that is read, and where in it. */
  #chunk = 0
  #at = 0

  constructor(chunks: readonly Buffer[], fromMs: number) {
    this.#chunks = chunks
    this.#fromMs = fromMs
  }

  next(): boolean {
    while (this.#at === this.#chunks[this.#chunk]?.length) this.#forward()
    return this.#chunk < this.#chunks.length
  }

  series(): Row[] {
    this.#varint()
    const rows = this.#varint()
    this.#column()
    const fingerprints = new BigUint64Array(this.#take(rows * 8))
    const isShort = this.#column() === 'Array(UInt32)'
    const ends = new BigUint64Array(this.#take(rows * 8))
    const total = Number(ends[rows - 1] ?? 0n)
    const times = isShort ? new Uint32Array(this.#take(total * 4)) : new Float64Array(this.#take(total * 8))
    this.#column()
    this.#take(rows * 8)
    const values = new Float64Array(this.#take(total * 8))
    const timesMs = new Float64Array(total)
    for (let i = 0; i < total; i++) timesMs[i] = (times[i] as number) + this.#fromMs
    return Array.from(fingerprints, (fingerprint, row) => {
      const [start, end] = [Number(ends[row - 1] ?? 0n), Number(ends[row])]
      return { fingerprint, timesMs: timesMs.subarray(start, end), values: values.subarray(start, end) }
    })
  }

  /** A copy, which stands where typed arrays can. */
  #take(length: number): ArrayBuffer {
    const copy = new ArrayBuffer(length)
    const target = new Uint8Array(copy)
    let done = 0
    while (done < length && this.next()) {
      const chunk = this.#chunks[this.#chunk] as Buffer
      const size = Math.min(length - done, chunk.length - this.#at)
      chunk.copy(target, done, this.#at, this.#at + size)
      done += size
      this.#at += size
    }
    return copy
  }

  #forward(): void {
    this.#chunk++
    this.#at = 0
  }

  /** Its name is passed over. */
  #column(): string {
    this.#text()
    return this.#text()
  }

  #text(): string {
    return Buffer.from(this.#take(this.#varint())).toString('latin1')
  }

  #varint(): number {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = this.next() ? (this.#chunks[this.#chunk]?.[this.#at++] ?? 0) : 0
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
