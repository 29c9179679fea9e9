import { z } from 'zod'
import { hashOf } from '../../hash.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { Field } from '../draft/field.ts'
import { common, fieldName, type RuleContext, ruleKind } from '../rule.ts'

/** Bytes of a trace id that are random by W3C Trace Context level 2, and how many values they have. */
const randomAt = 9
const randomBytes = 6
const randomValues = 2 ** 48

/**
 * Keeps a share of the records. With a key it is all or none of those with the same value; by trace id the same traces as
 * OpenTelemetry's samplers with this ratio, which go by the last seven bytes. Records without the key go by chance.
 */
export const sampleKind = ruleKind({
  config: z.strictObject({
    type: z.literal('sample'),
    ...common,
    ratio: z.number().min(0).max(1),
    key: fieldName.optional(),
  }),
  create: ({ ratio, key }, context) => {
    const place = key === undefined ? context.random : placeBy(new Field(key), context)
    return { apply: draft => (place(draft) < ratio ? 'same' : 'drop') }
  },
})

/** Where a record stands between 0 and 1: the ratio keeps what stands below. */
function placeBy(field: Field, { view, random }: RuleContext): (draft: RecordDraft) => number {
  if (field.name.column === 'traceId')
    return draft => (draft.hasTraceId ? 1 - (placeOfTrace(draft) + 1) / randomValues : random())
  return draft => {
    const text = field.text(draft, view)
    return text === '' ? random() : mixed(hashOf(text)) / 2 ** 32
  }
}

/** The leading six of the seven random bytes: as exact as a ratio needs. */
function placeOfTrace({ ids }: RecordDraft): number {
  return ids.readUIntBE(randomAt, randomBytes)
}

/** FNV's upper bits hardly change with the last characters: spreads them. Source: MurmurHash3, fmix32. */
function mixed(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
