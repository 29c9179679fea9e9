import type { SSEStreamingApi } from 'hono/streaming'

/** Where a tail sends its events. */
export type TailSink = Pick<SSEStreamingApi, 'writeSSE' | 'onAbort' | 'aborted' | 'closed'>
