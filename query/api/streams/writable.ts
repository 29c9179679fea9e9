import { OperatingError } from '../../../lib/base/index.ts'
import type { QueryContext } from '../../context.ts'

export function isWritable({ config }: QueryContext): boolean {
  return config.query.streams === 'write'
}

/** Errors: STREAMS_READ_ONLY. */
export function expectWritable(context: QueryContext): void {
  if (isWritable(context)) return
  const remedy = 'set query.streams to write, or use the command line'
  throw new OperatingError('STREAMS_READ_ONLY', `topics and groups may only be looked at here: ${remedy}`)
}
