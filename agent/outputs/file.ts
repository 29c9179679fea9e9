import { appendFile, mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { messageOf, positive, rotateFiles, sizeOfFile } from '../../lib/base/index.ts'
import { linesOf } from './json-lines.ts'
import { outputKind, signalsField } from './output.ts'
import { notTaken } from './refused.ts'

/** JSON, a record a line, into a file that is rotated by size: `app.jsonl`, `app.jsonl.1`, … */
export const fileOutput = outputKind({
  type: 'file',
  config: z.strictObject({
    type: z.literal('file'),
    path: z.string().min(1),
    maxBytes: positive.default(104_857_600),
    /** Rotated files kept beside the one that is written. */
    keep: z.int().min(0).max(1_000).default(5),
    signals: signalsField,
  }),
  signals: ['logs', 'metrics', 'traces'],
  start: ({ path, maxBytes, keep }, { clock }) =>
    Promise.resolve({
      async send(records) {
        try {
          await mkdir(dirname(path), { recursive: true })
          if ((await sizeOfFile(path)) >= maxBytes) await rotate(path, keep)
          await appendFile(path, linesOf(records, clock.nowMs()), { flush: true })
        } catch (error) {
          throw notTaken(`cannot write ${path}: ${messageOf(error)}`)
        }
      },
      close: () => Promise.resolve(),
    }),
})

async function rotate(path: string, keep: number): Promise<void> {
  if (keep === 0) await rename(path, `${path}.old`)
  else await rotateFiles(path, keep)
}
