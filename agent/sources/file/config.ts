import { z } from 'zod'
import { positive } from '../../../lib/base/index.ts'
import { re2Pattern } from '../../re2-pattern.ts'
import { globProblem } from './glob.ts'
import { encodingName, isEncoding } from './split/encoding.ts'

const encoding = z
  .string()
  .refine(
    label => label === 'auto' || isEncoding(label),
    'an encoding, as in utf-16le, windows-1252 or shift_jis',
  )
  .transform(label => (label === 'auto' ? 'auto' : encodingName(label)))

const globPattern = z
  .string()
  .min(1)
  .superRefine((pattern, context) => {
    const problem = globProblem(pattern)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `a pattern without ${problem}` })
  })

const eventLimits = { timeoutMs: positive.default(1000), maxLines: positive.default(500) }

/** What files are called where nobody gave them a name. */
export const unnamedFiles = 'files'

export const fileConfig = z.strictObject({
  type: z.literal('file'),
  /** Shows up in errors, metrics and what is said of the agent; free to choose. */
  name: z.string().min(1).default(unnamedFiles),
  include: z.array(globPattern).min(1),
  exclude: z.array(globPattern).default([]),
  /** The service of every line; null: what the line says, else the file's name without its ending. */
  service: z.string().min(1).nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  /** What lines are wrapped in: by a file's first line, or one of the formats of container runtimes for all files. */
  format: z.enum(['auto', 'none', 'cri', 'docker']).default('auto'),
  /** How bytes are text: by a file's mark or zeros, else UTF-8; or any label of the Encoding Standard for all files. */
  encoding: encoding.default('auto'),
  /**
   * Which lines are one event: `auto` joins stack traces to the line before them, `none` nothing; or a pattern of the lines
   * that begin an event, or of those that go on with one.
   */
  multiline: z
    .union([
      z.enum(['auto', 'none']),
      z.strictObject({ start: re2Pattern, ...eventLimits }),
      z.strictObject({ continue: re2Pattern, ...eventLimits }),
    ])
    .nullable()
    .transform(multiline => multiline ?? ('none' as const))
    .default('auto'),
  /** Where files are read from that are there when the source is first started; those that come later are read whole. */
  startAt: z.enum(['beginning', 'end']).default('beginning'),
  /** What stands in a file that was last written longer ago, when it is first seen, is passed over; milliseconds, null: nothing is. */
  ignoreOlder: positive.nullable().default(null),
  /** A line that has no end is taken as it is once its file has not grown for so long; null: never. */
  flushPartialMs: positive.nullable().default(5000),
  /** A longer line is cut here and marked; bytes. */
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
})

export type FileConfig = z.output<typeof fileConfig>
