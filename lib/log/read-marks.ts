import type { ClosedSegment, Segment } from './segment.ts'

/** How many readers are remembered with the position they stopped at. */
const maxMarks = 8

/** Where a read ended: the batch of `offset` begins at `position`. */
export interface ReadMark {
  /** Itself, not its name: compaction puts another file in the place of one. */
  segment: Segment | ClosedSegment
  offset: number
  position: number
}

/** Where earlier reads of a log ended: a consumer goes on exactly there, which the sparse index alone would not find. */
export class ReadMarks {
  readonly #marks: ReadMark[] = []

  /** The mark is taken out: the reader goes on from another one. */
  take(segment: Segment | ClosedSegment, offset: number): ReadMark | undefined {
    const i = this.#marks.findIndex(mark => mark.offset === offset && mark.segment === segment)
    return i < 0 ? undefined : this.#marks.splice(i, 1)[0]
  }

  add(mark: ReadMark): void {
    if (this.#marks.length >= maxMarks) this.#marks.shift()
    this.#marks.push(mark)
  }
}
