import { z } from 'zod'
import { AccessLines } from '../../lines/access.ts'
import { TimeReader } from '../../lines/time/reader.ts'
import { parserKind } from './parser.ts'

/** How far in the time may begin: after an address and the names of a user, who may be long. */
const bracketReach = 512

/**
 * Access lines of web servers and proxies: the common and combined formats, Envoy's and HAProxy's. Fields have
 * OpenTelemetry's names.
 */
export const accessParser = parserKind({
  format: 'access',
  options: z.strictObject({}),
  create: (_, { out, zone, nowMs }) => {
    const time = new TimeReader(zone, nowMs)
    const lines = new AccessLines(out)
    return {
      parse: (bytes, start, end) => {
        const reach = Math.min(end, start + bracketReach)
        for (let at = start; at < reach; at++) {
          if (bytes[at] !== 0x5b || !time.read(bytes, at + 1, end)) continue
          if (!lines.read(bytes, start, at, time.end, end)) continue
          out.seconds = time.seconds
          out.nanos = time.nanos
          return true
        }
        return false
      },
    }
  },
})
