import { z } from 'zod'
import { positive } from '../../../lib/base/index.ts'

export const execConfig = z.strictObject({
  type: z.literal('exec'),
  /** Program and arguments; no shell stands between. */
  command: z.array(z.string()).min(1),
  /** Run again so often; null: run once and for good, started again when it ends. */
  intervalMs: positive.nullable().default(null),
  /** A run that takes longer is ended. With an interval only. */
  timeoutMs: positive.default(30_000),
  environment: z.record(z.string(), z.string()).default({}),
  directory: z.string().min(1).nullable().default(null),
  /** Null: the program's name. */
  service: z.string().min(1).nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
})

export type ExecConfig = z.output<typeof execConfig>
