import { GoObject } from '../../go-template/index.ts'
import { formatTime } from './go-time.ts'

/** A moment, to the nanosecond. */
export class Moment extends GoObject {
  readonly epochNs: bigint

  constructor(epochNs: bigint) {
    super()
    this.epochNs = epochNs
  }

  /** As Go's time.Time prints. */
  override toString(): string {
    return formatTime('2006-01-02 15:04:05.999999999 -0700 MST', this.epochNs, 'UTC')
  }
}
