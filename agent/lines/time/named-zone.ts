import { zoneOffset } from '../../../lib/base/index.ts'
import type { Zone } from './zone.ts'

/** Zones change their offset at whole quarters of an hour. */
const stepSeconds = 900

/**
 * The zone of a name as in `Europe/Berlin`; undefined where there is none of that name. Asked once for each quarter of an
 * hour in a row. Of digits that a clock shows twice the first showing is meant.
 */
export function namedZone(name: string): Zone | undefined {
  const offsetAt = zoneOffset(name)
  if (offsetAt === undefined) return undefined
  let step = Number.NaN
  let offset = 0
  return digits => {
    const thisStep = Math.floor(digits / stepSeconds)
    if (thisStep === step) return offset
    step = thisStep
    const before = offsetAt(digits - 86_400)
    const after = offsetAt(digits + 86_400)
    // digits that the offset from before still shows are of its time
    offset = offsetAt(digits - before) === before ? before : after
    return offset
  }
}
