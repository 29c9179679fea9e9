const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

/** True for a day that is in the (proleptic Gregorian) calendar; false also for anything that is not a number. */
export function isDay(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && year >= 0)) return false
  if (day <= 28) return true
  return day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days from 1 January 1970 to a day that `isDay`. */
export function daysSince1970(year: number, month: number, day: number): number {
  const before = year - 1
  // every fourth year has one more, but of the hundreds only every fourth; 719,162 days lie before 1970
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const inYear = (daysBefore[month - 1] as number) + (month > 2 && isLeap(year) ? 1 : 0)
  return before * 365 + leaps + inYear + day - 1 - 719_162
}

/** What two digits of a year mean. Source: POSIX, strptime, %y. */
export function fullYear(twoDigits: number): number {
  return twoDigits + (twoDigits < 69 ? 2000 : 1900)
}
