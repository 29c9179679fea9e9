import type { PatternsAnswer } from '../../../../query/index.ts'
import { toMs } from '../../ui/format.ts'

export interface PatternRow {
  template: string
  count: number
  before: number
  /** `new` was not there before, `gone` is there no longer; undefined where the time before is not known. */
  state: 'new' | 'gone' | 'both' | undefined
  /** Lines per step. */
  course: readonly number[]
}

/** Templates of a range, the commonest first, with what they were before; then those that are gone. */
export function changesOf(
  now: PatternsAnswer,
  before: PatternsAnswer | undefined,
  range: { startMs: number; endMs: number },
): PatternRow[] {
  const earlier = new Map(before?.patterns.map(({ template, count }) => [template, count]))
  // where there were no lines at all nothing is new
  const hasBefore = earlier.size > 0
  const rows = now.patterns.map(({ template, count, samples }): PatternRow => {
    const was = earlier.get(template) ?? 0
    earlier.delete(template)
    const state = !hasBefore ? undefined : was === 0 ? 'new' : 'both'
    return { template, count, before: was, state, course: courseOf(samples, now.stepMs, range) }
  })
  const gone = [...earlier].map(
    ([template, was]): PatternRow => ({ template, count: 0, before: was, state: 'gone', course: [] }),
  )
  return [...rows, ...gone]
}

function courseOf(
  samples: PatternsAnswer['patterns'][number]['samples'],
  stepMs: number,
  { startMs, endMs }: { startMs: number; endMs: number },
) {
  const first = Math.floor(startMs / stepMs) * stepMs
  const course = new Array<number>(Math.max(1, Math.ceil((endMs - first) / stepMs))).fill(0)
  for (const { start, count } of samples) {
    const index = Math.round((toMs(start) - first) / stepMs)
    if (index >= 0 && index < course.length) course[index] = count
  }
  return course
}
