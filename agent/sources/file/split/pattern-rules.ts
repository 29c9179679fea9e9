import { compileRe2, type Re2 } from '../../../../lib/re2/index.ts'
import { type EventRules, type Joins, joins } from './event-joiner.ts'

/** Bytes of a line that a pattern is tried on. */
const patternReach = 1024

/** Events by a pattern of their configuration: of the line that begins one, or of those that go on with one. */
export class PatternRules implements EventRules {
  readonly #pattern: Re2
  readonly #matchStarts: boolean

  constructor(pattern: { start: string } | { continue: string }) {
    this.#matchStarts = 'start' in pattern
    this.#pattern = compileRe2('start' in pattern ? pattern.start : pattern.continue)
  }

  reset(): void {
    // each line is judged by itself
    return
  }

  isAlone(): boolean {
    return false
  }

  judge(bytes: Buffer, start: number, end: number): Joins {
    const text = bytes.toString('utf8', start, Math.min(end, start + patternReach))
    return this.#pattern.test(text) === this.#matchStarts ? joins.starts : joins.continues
  }

  awaitsMore(): boolean {
    return true
  }
}
