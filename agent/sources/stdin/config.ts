import { z } from 'zod'

export const stdinConfig = z.strictObject({
  type: z.literal('stdin'),
  /** The service of every line; null: what the line says, else stdin. */
  service: z.string().min(1).nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  /** A longer line is cut here and marked; bytes. */
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
})

export type StdinConfig = z.output<typeof stdinConfig>
