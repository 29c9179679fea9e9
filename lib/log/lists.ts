/** Growing typed arrays: an index of a full segment has a quarter of a million entries. */
export class Int32List {
  #values: Int32Array
  length = 0

  constructor(capacity: number) {
    this.#values = new Int32Array(capacity)
  }

  at(i: number): number {
    return this.#values[i] as number
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  truncate(length: number): void {
    this.length = length
  }

  /** Index of the last value that is at most `value`, -1 where there is none; values ascend. */
  floor(value: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#values[middle] as number) <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

export class Float64List {
  #values: Float64Array
  length = 0

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity)
  }

  at(i: number): number {
    return this.#values[i] as number
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  truncate(length: number): void {
    this.length = length
  }

  /** Index of the last value below `value`, -1 where there is none; values ascend. */
  lower(value: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#values[middle] as number) < value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** Whether `low <= value < high`. */
export function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value < high
}
