import { z } from 'zod'
import { TimeReader } from '../../lines/time/reader.ts'
import { type ParserContext, parserKind } from './parser.ts'
import { type Moment, problemOfFormat, TimeFormat } from './time-format.ts'

/** Forms that have a name of their own; units of `epoch_*` to a second. */
const epochs = { epoch: 1, epoch_ms: 1e3, epoch_us: 1e6, epoch_ns: 1e9 } as const
const named = new Set(['auto', 'rfc3339', ...Object.keys(epochs)])

const format = z.string().superRefine((text, context) => {
  const problem = named.has(text) ? undefined : problemOfFormat(text)
  if (problem !== undefined)
    context.addIssue({ code: 'custom', message: `${[...named].join(', ')} or directives: ${problem}` })
})

/** A time, in the first of the forms that it has. */
export const timestampParser = parserKind({
  format: 'timestamp',
  options: z.strictObject({ formats: z.array(format).min(1).max(20).default(['auto']) }),
  takesAll: true,
  create: ({ formats }, context) => {
    const readers = formats.map(form => readerOf(form, context))
    return {
      parse: (bytes, start, end) => {
        for (const read of readers) {
          const moment = read(bytes, start, end)
          if (moment === undefined) continue
          context.out.seconds = moment.seconds
          context.out.nanos = moment.nanos
          return true
        }
        return false
      },
    }
  },
})

type Reader = (bytes: Buffer, start: number, end: number) => Moment | undefined

function readerOf(form: string, { zone, nowMs }: ParserContext): Reader {
  if (form === 'auto' || form === 'rfc3339') {
    const time = new TimeReader(zone, nowMs)
    return (bytes, start, end) => (time.readValue(bytes, start, end) ? time : undefined)
  }
  if (form in epochs) {
    const perSecond = epochs[form as keyof typeof epochs]
    return (bytes, start, end) => epochOf(bytes.toString('latin1', start, end), perSecond)
  }
  const own = new TimeFormat(form, zone, nowMs)
  return (bytes, start, end) => own.read(bytes.toString('utf8', start, end))
}

/** Exact, whatever the unit: the digits are moved, not divided. */
function epochOf(text: string, perSecond: number): Moment | undefined {
  const found = /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text)
  if (found === null) return undefined
  const places = Math.log10(perSecond)
  const whole = (found[1] as string).padStart(places + 1, '0')
  const fraction = whole.slice(whole.length - places, whole.length) + (found[2] ?? '')
  const seconds = Number(places === 0 ? whole : whole.slice(0, -places))
  const nanos = Number((places === 0 ? (found[2] ?? '') : fraction).padEnd(9, '0').slice(0, 9))
  return Number.isSafeInteger(seconds) && seconds < 18_446_744_073 ? { seconds, nanos } : undefined
}
