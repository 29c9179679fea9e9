import type { BlockOutput, Column } from './column.ts'

type Words = Int8Array | Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array

/** A column of numbers that lie in memory as they are sent: little-endian, as every machine is that Node runs on. */
abstract class FixedColumn<W extends Words> implements Column {
  readonly type: string
  protected values: W
  protected length = 0
  #marked = 0
  readonly #make: (length: number) => W
  readonly #perRow: number

  constructor(type: string, make: (length: number) => W, perRow = 1) {
    this.type = type
    this.#make = make
    this.#perRow = perRow
    this.values = make(256 * perRow)
  }

  get rows(): number {
    return this.length / this.#perRow
  }
  get byteLength(): number {
    return this.length * this.values.BYTES_PER_ELEMENT
  }
  mark(): void {
    this.#marked = this.length
  }
  rollback(): void {
    this.length = this.#marked
  }
  clear(): void {
    this.length = 0
  }
  writePrefix(): void {
    // numbers have none
  }
  writeData(out: BlockOutput): void {
    const { values } = this
    if (this.length > 0) out.whole(new Uint8Array(values.buffer, values.byteOffset, this.byteLength))
  }
  protected grow(): void {
    const grown = this.#make(this.values.length * 2)
    grown.set(this.values)
    this.values = grown
  }
}

export class Int8Column extends FixedColumn<Int8Array> {
  constructor(type = 'Int8') {
    super(type, length => new Int8Array(length))
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
}

export class Int32Column extends FixedColumn<Int32Array> {
  constructor(type = 'Int32') {
    super(type, length => new Int32Array(length))
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
}

export class UInt8Column extends FixedColumn<Uint8Array> {
  constructor(type = 'UInt8') {
    super(type, length => new Uint8Array(length))
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
  at(row: number): number {
    return this.values[row] as number
  }
}

export class UInt16Column extends FixedColumn<Uint16Array> {
  constructor(type = 'UInt16') {
    super(type, length => new Uint16Array(length))
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
  at(row: number): number {
    return this.values[row] as number
  }
}

/** UInt32 and DateTime (seconds). */
export class UInt32Column extends FixedColumn<Uint32Array> {
  constructor(type = 'UInt32') {
    super(type, length => new Uint32Array(length))
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
  at(row: number): number {
    return this.values[row] as number
  }
}

/** UInt64 and DateTime64, as two halves, so that no value needs a BigInt. */
export class UInt64Column extends FixedColumn<Uint32Array> {
  constructor(type = 'UInt64') {
    super(type, length => new Uint32Array(length), 2)
  }
  push(low: number, high: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = low
    this.values[this.length++] = high
  }
  /** A whole number from 0 to 2^53. */
  pushNumber(value: number): void {
    this.push(value >>> 0, Math.floor(value / 0x1_0000_0000))
  }
  low(row: number): number {
    return this.values[row * 2] as number
  }
  high(row: number): number {
    return this.values[row * 2 + 1] as number
  }
  /** The value as a number; exact below 2^53. */
  number(row: number): number {
    return this.high(row) * 0x1_0000_0000 + this.low(row)
  }
}

export class Float64Column extends FixedColumn<Float64Array> {
  constructor(type = 'Float64') {
    super(type, length => new Float64Array(length))
  }
  /** A double by its bits: engines may change those of a NaN that passes as a number. */
  pushBits(low: number, high: number): void {
    this.push(0)
    const words = new Uint32Array(this.values.buffer, (this.length - 1) * 8, 2)
    words[0] = low
    words[1] = high
  }
  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }
  at(row: number): number {
    return this.values[row] as number
  }
}
