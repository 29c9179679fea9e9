import { z } from 'zod'
import { localZone, utc, type Zone } from '../../lines/time/zone.ts'

const fixed = /^([+-])(\d{2}):?(\d{2})$/
/** Zones change their offset at whole quarters of an hour. */
const stepSeconds = 900

/** `local`, `UTC`, an offset as in `+02:00`, or a name as in `Europe/Berlin`. */
export const zoneName = z
  .string()
  .refine(isZone, 'local, UTC, an offset as in +02:00, or a name as in Europe/Berlin')

function isZone(name: string): boolean {
  if (name === 'local' || fixed.test(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The zone that a name stands for. */
export function zoneOf(name: string, nowMs: () => number): Zone {
  if (name === 'local') return localZone(nowMs)
  if (name === 'UTC') return utc
  const found = fixed.exec(name)
  if (found === null) return namedZone(name)
  const offset = (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3]) * 60)
  return () => offset
}

/** Asked once for each quarter of an hour in a row. Of digits that a clock shows twice the first showing is meant. */
function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' })
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

/** The offset in force at a moment, in seconds. */
function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const name = format.formatToParts(seconds * 1000).find(part => part.type === 'timeZoneName')?.value ?? ''
  const found = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name)
  if (found === null) return 0
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return found[1] === '-' ? -size : size
}
