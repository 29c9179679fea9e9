import type { Zone } from './zone.ts'

/** Zones change their offset at whole quarters of an hour. */
const stepSeconds = 900

/**
 * The zone of a name as in `Europe/Berlin`; undefined where there is none of that name. Asked once for each quarter of an
 * hour in a row. Of digits that a clock shows twice the first showing is meant.
 */
export function namedZone(name: string): Zone | undefined {
  const format = formatOf(name)
  if (format === undefined) return undefined
  let step = Number.NaN
  let offset = 0
  return digits => {
    const thisStep = Math.floor(digits / stepSeconds)
    if (thisStep === step) return offset
    step = thisStep
    const before = offsetAt(format, digits - 86_400)
    const after = offsetAt(format, digits + 86_400)
    // digits that the offset from before still shows are of its time
    offset = offsetAt(format, digits - before) === before ? before : after
    return offset
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

/** The offset in force at a moment, in seconds. */
function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const name = format.formatToParts(seconds * 1000).find(part => part.type === 'timeZoneName')?.value ?? ''
  const found = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name)
  if (found === null) return 0
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return found[1] === '-' ? -size : size
}
