import { z } from 'zod'

export const journaldConfig = z.strictObject({
  type: z.literal('journald'),
  /** Only these units; none: all. */
  units: z.array(z.string().min(1)).default([]),
  /** Fields that must match, as in journalctl: `_TRANSPORT=kernel`. */
  matches: z
    .array(z.string().regex(/^[A-Z0-9_]+=/, 'a field and its value as in _TRANSPORT=kernel'))
    .default([]),
  /** Where a first start begins; later ones go on after the last entry. */
  startAt: z.enum(['beginning', 'end', 'boot']).default('boot'),
  /** A folder with journal files; null: this machine's journal. */
  directory: z.string().min(1).nullable().default(null),
  /** journalctl's path. */
  journalctl: z.string().min(1).default('journalctl'),
})

export type JournaldConfig = z.output<typeof journaldConfig>
