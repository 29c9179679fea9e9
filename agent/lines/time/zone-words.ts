import { WordTable } from '../word-table.ts'

/** Of an abbreviation that stands for several zones, or where none is written: the machine's own. */
export const localTime = 1_000_000

const zones: Readonly<Record<string, string>> = {
  Z: '+00:00',
  UTC: '+00:00',
  UT: '+00:00',
  GMT: '+00:00',
  WET: '+00:00',
  WEST: '+01:00',
  CET: '+01:00',
  CEST: '+02:00',
  MEZ: '+01:00',
  MESZ: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  MSK: '+03:00',
  SAST: '+02:00',
  PKT: '+05:00',
  WIB: '+07:00',
  WITA: '+08:00',
  HKT: '+08:00',
  AWST: '+08:00',
  JST: '+09:00',
  KST: '+09:00',
  ACST: '+09:30',
  ACDT: '+10:30',
  AEST: '+10:00',
  AEDT: '+11:00',
  NZST: '+12:00',
  NZDT: '+13:00',
  NST: '-03:30',
  NDT: '-02:30',
  ADT: '-03:00',
  EDT: '-04:00',
  EST: '-05:00',
  CDT: '-05:00',
  MDT: '-06:00',
  MST: '-07:00',
  PDT: '-07:00',
  PST: '-08:00',
  AKDT: '-08:00',
  AKST: '-09:00',
  HST: '-10:00',
}

/** Of North America and China, of India, Ireland and Israel, and so on: whoever writes them writes local time. */
const ambiguous = ['CST', 'IST', 'BST', 'AST', 'SST', 'GST']

/**
 * Offsets from UTC, in seconds, of the abbreviations that stand for one zone; words that are also English (CAT, EAT, MET)
 * are left out. Source: IANA time zone database 2025b, and RFC 5322 section 4.3 for those of North America.
 */
export const zoneWords = new WordTable<number>([
  ...Object.entries(zones).map(([word, offset]) => [word, secondsOf(offset)] as const),
  ...ambiguous.map(word => [word, localTime] as const),
])

function secondsOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number)
  return (offset.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

/** Offsets with minutes that some zone has or had since 1970, beside the whole hours; in minutes. */
const partHours: ReadonlySet<number> = new Set([
  -570, -270, -210, -150, 210, 270, 330, 345, 390, 450, 510, 525, 570, 630, 690, 765, 825,
])

/** Tells the offset of some zone from any other signed number: `+1234 users`. */
export function isZoneOffset(minutes: number): boolean {
  return (minutes % 60 === 0 && minutes >= -12 * 60 && minutes <= 14 * 60) || partHours.has(minutes)
}
