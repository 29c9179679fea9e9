import { z } from 'zod'
import { namedZone } from '../../lines/time/named-zone.ts'
import { localZone, utc, type Zone } from '../../lines/time/zone.ts'

const fixed = /^([+-])(\d{2}):?(\d{2})$/

/** `local`, `UTC`, an offset as in `+02:00`, or a name as in `Europe/Berlin`. */
export const zoneName = z
  .string()
  .refine(isZone, 'local, UTC, an offset as in +02:00, or a name as in Europe/Berlin')

function isZone(name: string): boolean {
  return name === 'local' || fixed.test(name) || namedZone(name) !== undefined
}

/** The zone that a name stands for. */
export function zoneOf(name: string, nowMs: () => number): Zone {
  if (name === 'local') return localZone(nowMs)
  if (name === 'UTC') return utc
  const found = fixed.exec(name)
  if (found === null) return namedZone(name) ?? utc
  const offset = (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3]) * 60)
  return () => offset
}
