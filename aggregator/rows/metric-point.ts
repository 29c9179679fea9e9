import { noRecordedValue, type Ranges } from '../../lib/otlp/index.ts'

/** What points of all kinds have. */
export interface Point {
  timeLow: number
  timeHigh: number
  flags: number
  attributes: Ranges
}

/** The series has ended. */
export function isStale(point: Point): boolean {
  return (point.flags & noRecordedValue) !== 0
}
