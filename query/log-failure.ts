import type { Context } from 'hono'
import type { Logger } from '../lib/base/index.ts'

/** A failure of ours, for whoever runs this. Of a request whose asker has left the reading breaks off: that is no failure. */
export function logFailure(c: Context, error: unknown, logger: Logger): void {
  if (c.req.raw.signal.aborted) return
  logger.error('request failed', { path: c.req.path, error: (error as Error).stack ?? String(error) })
}
