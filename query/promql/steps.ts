/** The moments to evaluate at: `startMs`, `startMs + stepMs`, … */
export interface Steps {
  startMs: number
  stepMs: number
  count: number
  /** Where the range that was asked for ends, where that is not at its last step. */
  endMs?: number
  /** How far an instant selector looks back, where it is not as far as usual. */
  lookbackMs?: number
}

/** One moment, which has no step. */
export function atMoment(atMs: number): Steps {
  return { startMs: atMs, stepMs: 0, count: 1 }
}

/** How far an instant selector looks back. Source: Prometheus, staleness. */
export const lookbackMs = 300_000
/** Of a subquery that names none. Source: Prometheus' default evaluation interval. */
export const usualStepMs = 60_000

export function lastMs({ startMs, stepMs, count }: Steps): number {
  return startMs + (count - 1) * stepMs
}

/** `end()`. */
export function endOf(steps: Steps): number {
  return steps.endMs ?? lastMs(steps)
}
