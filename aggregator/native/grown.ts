type Numbers = Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** The same numbers with room for as many again. */
export function grown<T extends Numbers>(numbers: T): T {
  const more = new (numbers.constructor as new (length: number) => T)(numbers.length * 2)
  more.set(numbers)
  return more
}
