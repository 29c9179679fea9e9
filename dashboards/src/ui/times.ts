import { useContext, useMemo } from 'react'
import { SettingsContext } from './settings.tsx'

/** Times as one zone writes them. All take Unix milliseconds. */
export interface Times {
  /** `14:03:07.123` */
  time(ms: number): string
  /** `2026-11-23 14:03:07` */
  dateTime(ms: number): string
  /** `2026-11-23 14:03:07.123` */
  exact(ms: number): string
  /** As fine as the distance between ticks of an axis asks for: `14:03`, `14:03:07`, `11-23`. */
  tick(ms: number, gapMs: number): string
  /** The moment that `2026-11-23 14:03[:07]` names; undefined for any other text. */
  parse(text: string): number | undefined
  /** What the clock of the zone shows at a moment, taken for UTC. Unix milliseconds, of whole seconds. */
  wallMs(ms: number): number
  /** The moment at which the clock of the zone shows what this is in UTC. */
  ofWallMs(wallMs: number): number
  /** `UTC`, `Europe/Paris`. */
  zone: string
  /** Whether that is what the browser's own clock shows. */
  isLocal: boolean
}

/** Times of a zone: `local`, or a name of the IANA database. Errors: RangeError for a zone that does not exist. */
export function makeTimes(zone: string): Times {
  const named = zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: named,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const wall = (ms: number) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(part => [part.type, part.value]))
    const date = `${parts['year']}-${parts['month']}-${parts['day']}`
    return { date, clock: `${parts['hour']}:${parts['minute']}:${parts['second']}` }
  }
  const millis = (ms: number) => String(((ms % 1000) + 1000) % 1000).padStart(3, '0')
  const dateTime = (ms: number) => {
    const { date, clock } = wall(ms)
    return `${date} ${clock}`
  }
  const wallMs = (ms: number) => Date.parse(`${dateTime(ms).replace(' ', 'T')}Z`)
  const ofWallMs = (wanted: number) => momentOf(wanted, wallMs)
  return {
    zone: named,
    isLocal: named === Intl.DateTimeFormat().resolvedOptions().timeZone,
    wallMs,
    ofWallMs,
    dateTime,
    time: ms => `${wall(ms).clock}.${millis(ms)}`,
    exact: ms => `${dateTime(ms)}.${millis(ms)}`,
    tick: (ms, gapMs) => {
      const { date, clock } = wall(ms)
      if (gapMs >= 86_400_000) return date.slice(5)
      return gapMs < 60_000 ? clock : clock.slice(0, 5)
    },
    parse: text => parseWall(text, ofWallMs),
  }
}

function parseWall(text: string, ofWallMs: (wallMs: number) => number): number | undefined {
  const found = /^\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?\s*$/.exec(text)
  if (found === null) return undefined
  const wanted = Date.parse(`${found[1]}T${found[2]}${found[3] ?? ':00'}Z`)
  return Number.isNaN(wanted) ? undefined : ofWallMs(wanted)
}

/** What the clock of the zone shows is taken for UTC, then moved by what the zone shows at that moment; twice for the hours around a change. */
function momentOf(wanted: number, wallMs: (ms: number) => number): number {
  const first = wanted - (wallMs(wanted) - wanted)
  return first - (wallMs(first) - wanted)
}

/** Times in the zone that the reader chose. */
export function useTimes(): Times {
  const { settings } = useContext(SettingsContext)
  return useMemo(() => makeTimes(settings.zone), [settings.zone])
}
