/** Answers the offset of local time from UTC, in seconds, at a moment given as if its digits were UTC. */
export type Zone = (digitsAsUtcSeconds: number) => number

export const utc: Zone = () => 0

const hour = 3600
const minute = 60
const justNow = 30 * minute

/**
 * The machine's own zone. Asked once an hour of log time, or once a minute in an hour in which the clocks change. Of
 * digits that a clock shows twice the first showing is meant, unless the second is just now: a line that is read as it is
 * written is never an hour early. Digits that a clock leaves out are taken by the offset from before.
 */
export function localZone(nowMs: () => number): Zone {
  let from = 0
  let to = 0
  let offset = 0
  return seconds => {
    if (seconds >= from && seconds < to) return offset
    const start = Math.floor(seconds / hour) * hour
    if (isSteady(start)) {
      from = start
      to = start + hour
      offset = offsetAt(start)
      return offset
    }
    return nearestOffset(seconds, nowMs())
  }
}

/** True where one offset holds for the whole hour and no digits of it stand for two moments. */
function isSteady(start: number): boolean {
  const first = offsetAt(start)
  return (
    first === offsetAt(start + hour - minute) &&
    first === laterOffset(start) &&
    first === laterOffset(start + hour - minute)
  )
}

function nearestOffset(seconds: number, nowMs: number): number {
  const first = offsetAt(seconds)
  const second = laterOffset(seconds)
  const age = (offset: number) => Math.abs(nowMs / 1000 - (seconds - offset))
  return age(second) < age(first) && age(second) < justNow ? second : first
}

/** JavaScript takes the first of two moments, and for none the offset from before (ECMA-262, UTC(t)). */
function offsetAt(seconds: number): number {
  const digits = new Date(Math.floor(seconds / minute) * minute * 1000)
  const local = new Date(
    digits.getUTCFullYear(),
    digits.getUTCMonth(),
    digits.getUTCDate(),
    digits.getUTCHours(),
    digits.getUTCMinutes(),
  )
  return (digits.getTime() - local.getTime()) / 1000
}

/** The offset that the second showing of these digits would have; the same as the first where there is none. */
function laterOffset(seconds: number): number {
  const first = offsetAt(seconds)
  const after = offsetOf(seconds - first + 6 * hour)
  return after < first && isShown(seconds, after) ? after : first
}

function isShown(seconds: number, offset: number): boolean {
  return offsetOf(seconds - offset) === offset
}

/** The offset in force at a moment. */
function offsetOf(moment: number): number {
  return -new Date(moment * 1000).getTimezoneOffset() * minute
}
