export type RecordState = 'available' | 'acquired' | 'acknowledged' | 'archived'

/** Records in a row that are in the same state. A change makes a new one. */
export interface Run {
  readonly first: number
  readonly last: number
  readonly state: RecordState
  /** How often they have been handed out, the present time included. */
  readonly deliveryCount: number
  /** Who has acquired them. */
  readonly memberId: string
  /** They are taken back then. */
  readonly lockedUntilMs: number
}

/** What is the same for all records of a run. */
export type RunState = Omit<Run, 'first' | 'last'>

const unlocked = { memberId: '', lockedUntilMs: Number.POSITIVE_INFINITY }

export function unlockedState(state: RecordState, deliveryCount: number): RunState {
  return { state, deliveryCount, ...unlocked }
}

export function isDone({ state }: RunState): boolean {
  return state === 'acknowledged' || state === 'archived'
}

/** States of consecutive offsets as runs, without a hole: few, however many the records. */
export class RecordRuns {
  /** In order; each begins where the one before ends. */
  #runs: Run[] = []
  #start: number

  constructor(start: number) {
    this.#start = start
  }

  get start(): number {
    return this.#start
  }
  /** Past the last offset that has a state. */
  get end(): number {
    const last = this.#runs.at(-1)
    return last === undefined ? this.#start : last.last + 1
  }

  all(): readonly Run[] {
    return this.#runs
  }

  /** What of the runs lies within. */
  *within(first: number, last: number): Iterable<Run> {
    for (let i = this.#indexOf(first); i < this.#runs.length; i++) {
      const run = this.#runs[i] as Run
      if (run.first > last) return
      yield { ...run, first: Math.max(run.first, first), last: Math.min(run.last, last) }
    }
  }

  /** Sets the states of offsets within, of those past the end too. */
  set(first: number, last: number, state: RunState): void {
    const from = Math.max(first, this.#start)
    if (from > last) return
    const before = this.#runs
      .filter(run => run.first < from)
      .map(run => ({ ...run, last: Math.min(run.last, from - 1) }))
    const after = this.#runs
      .filter(run => run.last > last)
      .map(run => ({ ...run, first: Math.max(run.first, last + 1) }))
    const gap = before.at(-1)?.last ?? this.#start - 1
    // offsets that were passed over have never been handed out
    const passed =
      gap + 1 < from ? [{ first: gap + 1, last: from - 1, ...unlockedState('available', 0) }] : []
    this.#runs = merged([...before, ...passed, { ...state, first: from, last }, ...after])
  }

  /** Forgets what lies below. */
  moveStart(start: number): void {
    if (start <= this.#start) return
    this.#start = start
    this.#runs = this.#runs
      .filter(run => run.last >= start)
      .map(run => (run.first < start ? { ...run, first: start } : run))
  }

  /** Index of the first run that ends at or after an offset. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#runs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#runs[middle] as Run).last < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

function merged(runs: readonly Run[]): Run[] {
  const out: Run[] = []
  for (const run of runs) {
    const previous = out.at(-1)
    if (previous !== undefined && isAlike(previous, run))
      out[out.length - 1] = { ...previous, last: run.last }
    else out.push(run)
  }
  return out
}

function isAlike(a: Run, b: Run): boolean {
  return (
    a.state === b.state &&
    a.deliveryCount === b.deliveryCount &&
    a.memberId === b.memberId &&
    a.lockedUntilMs === b.lockedUntilMs
  )
}
