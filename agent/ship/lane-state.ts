import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { codeOf, OperatingError, replaceFile } from '../../lib/base/index.ts'
import { laneStateFile } from '../file-names.ts'

const laneStateSchema = z.object({
  schema: z.literal(1),
  /** Null until the brokers were first reached. */
  binding: z.object({ topic: z.string(), partition: z.int().min(0) }).nullable(),
  producer: z
    .object({
      id: z.string().regex(/^\d+$/),
      epoch: z.int().min(0),
      /** True once a batch of this producer was acknowledged: from then on a broker that does not know it has forgotten it. */
      established: z.boolean(),
      /** The spool offset of its sequence 0. */
      base: z.int().min(0).default(0),
    })
    .nullable(),
  /** Every spool offset below is acknowledged. Written now and then, so the truth may be further on. */
  ackedOffset: z.int().min(0),
  /** One past the topic offset of the last acknowledged record; 0 where none is known. */
  topicOffset: z.int().min(0),
})

export type LaneState = z.infer<typeof laneStateSchema>
export type LaneProducer = NonNullable<LaneState['producer']>

/** Errors: SPOOL_STATE_INVALID. */
export async function readLaneState(folder: string, startOffset: number): Promise<LaneState> {
  const path = laneStateFile(folder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return { schema: 1, binding: null, producer: null, ackedOffset: startOffset, topicOffset: 0 }
  }
  try {
    return laneStateSchema.parse(JSON.parse(text))
  } catch (cause) {
    const message = `${path} is damaged: restore it, or delete it to send the whole spool of this lane again`
    throw new OperatingError('SPOOL_STATE_INVALID', message, { cause })
  }
}

/**
 * Fits the state to a spool that ends before what was acknowledged: one that was deleted or set back. Its offsets will
 * be given out again, so their sequences must be those of a new producer, or the broker would drop them as repeats.
 * To be called before anything is appended. Answers whether it was so.
 */
export function fitToSpool(state: LaneState, endOffset: number): boolean {
  if (state.ackedOffset <= endOffset) return false
  state.ackedOffset = endOffset
  state.producer = null
  return true
}

export function writeLaneState(folder: string, state: LaneState): Promise<void> {
  return replaceFile(laneStateFile(folder), JSON.stringify(state))
}
