/** The offset of a zone from UTC at a moment, both in seconds. */
export type ZoneOffset = (seconds: number) => number

/** Of a zone of the IANA database, as in `Europe/Berlin`; undefined where there is none of that name. */
export function zoneOffset(name: string): ZoneOffset | undefined {
  const format = formatOf(name)
  return format && (seconds => offsetAt(format, seconds))
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const name = format.formatToParts(seconds * 1000).find(part => part.type === 'timeZoneName')?.value ?? ''
  const found = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name)
  if (found === null) return 0
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
  return found[1] === '-' ? -size : size
}
