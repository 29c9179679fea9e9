import { z } from 'zod'
import { positive, regex } from '../../../lib/base/index.ts'

export const fileConfig = z.strictObject({
  type: z.literal('file'),
  /** Shows up in errors and metrics; free to choose. */
  name: z.string().min(1).default('files'),
  include: z.array(z.string().min(1)).min(1),
  exclude: z.array(z.string().min(1)).default([]),
  /** The service of every line; null: what the line says, else the file's name without its ending. */
  service: z.string().min(1).nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  /** Lines that do not match `start` are joined to the one before them. */
  multiline: z
    .strictObject({ start: regex, timeoutMs: positive.default(1000), maxLines: positive.default(500) })
    .nullable()
    .default(null),
  /** A line that has no end is taken as it is once its file has not grown for so long; null: never. */
  flushPartialMs: positive.nullable().default(5000),
  /** A longer line is cut here and marked; bytes. */
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
})

export type FileConfig = z.output<typeof fileConfig>
