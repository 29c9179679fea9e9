/** Numbers that a seed fixes: the same seed tells the same story. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 to below 1. Source: mulberry32, Tommy Ettinger, public domain. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  /** Early ones come up more often than late ones, as users and products do. */
  pick<T>(list: readonly T[], skew = 1): T {
    return list[Math.floor(this.next() ** skew * list.length)] as T
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits)
      text += this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, digits)
  }

  /** Log-normal: most near the median, a long tail above; `spread` of 0.5 puts 1 in 100 above three times the median. */
  latency(median: number, spread: number): number {
    const u = Math.max(this.next(), 1e-12)
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(spread * normal)
  }
}
