import { z } from 'zod'

/** The topics of `kafka`: exactly once, by the shippers of `agent/ship`. */
export const kafkaOutput = z.strictObject({ type: z.literal('kafka') })
