import { once } from 'node:events'
import { z } from 'zod'
import { linesOf } from './json-lines.ts'
import { outputKind, signalsField } from './output.ts'

/** JSON, a record a line, to standard output: for trying things out, and for containers. */
export const stdoutOutput = outputKind({
  type: 'stdout',
  config: z.strictObject({ type: z.literal('stdout'), signals: signalsField }),
  signals: ['logs', 'metrics', 'traces'],
  start: (_, { clock }) =>
    Promise.resolve({
      async send(records) {
        if (!process.stdout.write(linesOf(records, clock.nowMs()))) await once(process.stdout, 'drain')
      },
      close: () => Promise.resolve(),
    }),
})
