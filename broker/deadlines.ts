import type { Clock } from '../lib/base/index.ts'

export interface Deadline {
  cancel(): void
}

interface Entry extends Deadline {
  readonly atMs: number
  run: (() => void) | undefined
}

/** Node's timers take no longer delay. */
const maxDelayMs = 2_000_000_000

/**
 * Any number of deadlines on one timer: long polls, group members and rebalances wait here. A binary heap by time;
 * cancelled entries stay in it until they come up or outnumber the others.
 */
export class Deadlines {
  readonly #clock: Clock
  #heap: Entry[] = []
  #cancelled = 0
  #timer: NodeJS.Timeout | undefined
  #timerAtMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  /** Runs once, `delayMs` from now, unless cancelled. */
  after(delayMs: number, run: () => void): Deadline {
    const entry: Entry = {
      atMs: this.#clock.monotonicMs() + delayMs,
      run,
      cancel: () => {
        if (entry.run === undefined) return
        entry.run = undefined
        this.#cancelled++
        this.#compact()
      },
    }
    this.#heap.push(entry)
    this.#up(this.#heap.length - 1)
    this.#arm()
    return entry
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#heap = []
    this.#cancelled = 0
  }

  #arm(): void {
    const first = this.#heap[0]
    if (first === undefined || first.atMs >= this.#timerAtMs) return
    clearTimeout(this.#timer)
    this.#timerAtMs = first.atMs
    const delay = Math.ceil(Math.max(0, first.atMs - this.#clock.monotonicMs()))
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(delay, maxDelayMs))
  }

  #onTimer(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY
    const nowMs = this.#clock.monotonicMs()
    while (this.#heap.length > 0 && (this.#heap[0] as Entry).atMs <= nowMs) {
      const { run } = this.#pop()
      if (run === undefined) this.#cancelled--
      else run()
    }
    this.#arm()
  }

  #compact(): void {
    if (this.#cancelled < 64 || this.#cancelled * 2 < this.#heap.length) return
    const kept = this.#heap.filter(entry => entry.run !== undefined)
    this.#cancelled = 0
    // an ascending array is a heap
    this.#heap = kept.sort((a, b) => a.atMs - b.atMs)
  }

  #pop(): Entry {
    const first = this.#heap[0] as Entry
    const last = this.#heap.pop() as Entry
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#down(0)
    }
    first.cancel = () => undefined
    return first
  }

  #up(from: number): void {
    let i = from
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.#at(parent) <= this.#at(i)) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #down(from: number): void {
    let i = from
    for (;;) {
      const left = 2 * i + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const smaller = right < this.#heap.length && this.#at(right) < this.#at(left) ? right : left
      if (this.#at(i) <= this.#at(smaller)) return
      this.#swap(i, smaller)
      i = smaller
    }
  }

  #at(i: number): number {
    return (this.#heap[i] as Entry).atMs
  }

  #swap(i: number, j: number): void {
    const entry = this.#heap[i] as Entry
    this.#heap[i] = this.#heap[j] as Entry
    this.#heap[j] = entry
  }
}
