import { z } from 'zod'
import { wholeRegex } from '../../lib/logql/index.ts'

const matcher = z.object({
  name: z.string().min(1),
  value: z.string(),
  isRegex: z.boolean().default(false),
  isEqual: z.boolean().default(true),
})

/** Alertmanager's form. Source: Alertmanager API v2, silence. */
export const silenceInput = z.object({
  id: z.string().optional(),
  matchers: z.array(matcher).min(1),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: z.string().default(''),
  comment: z.string().default(''),
})
export const storedSilence = silenceInput.extend({ id: z.string(), updatedAt: z.string() })
export type Silence = z.output<typeof storedSilence>

export function stateOf({ startsAt, endsAt }: Silence, nowMs: number): 'pending' | 'active' | 'expired' {
  if (Date.parse(endsAt) <= nowMs) return 'expired'
  return Date.parse(startsAt) <= nowMs ? 'active' : 'pending'
}

/** Whether an alert is one that nobody wants to hear of now. */
export function isSilenced(
  labels: Readonly<Record<string, string>>,
  silences: Iterable<Silence>,
  nowMs: number,
): boolean {
  for (const silence of silences)
    if (stateOf(silence, nowMs) === 'active' && covers(silence, labels)) return true
  return false
}

function covers({ matchers }: Silence, labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ name, value, isRegex, isEqual }) => {
    const own = labels[name] ?? ''
    const holds = isRegex ? wholeRegex(value).test(own) : own === value
    return holds === isEqual
  })
}
