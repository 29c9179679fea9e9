import { z } from 'zod'
import type { TraceAnswer, TracesAnswer } from '../../query/index.ts'
import { atMost, defineTool, range } from './tool.ts'

const maxSpans = 300

const searchTraces = defineTool({
  name: 'search_traces',
  title: 'Search traces',
  description:
    'Traces with a span that meets all conditions, the newest first. get_trace has the spans of one.',
  input: z.strictObject({
    query: z.string().default('').describe('TraceQL, as in { status = error } >> { kind = client }'),
    service: z.string().optional(),
    operation: z.string().optional().describe('name of the span'),
    minDuration: z.string().optional().describe('as in 500ms'),
    maxDuration: z.string().optional(),
    status: z.enum(['error', 'ok', 'unset']).optional(),
    ...range,
    limit: atMost(100, 20),
  }),
  run: async ({ limit, ...input }, ask) => {
    const { traces, missingHosts, warnings } = await ask<TracesAnswer>('/api/traces', {
      ...input,
      limit: String(limit),
    })
    return { traces, missingHosts, warnings }
  },
})

const getTrace = defineTool({
  name: 'get_trace',
  title: 'One trace',
  description: `The spans of a trace: who waited for whom, and how long; at most ${maxSpans} of them. Durations are in ns.`,
  input: z.strictObject({ traceId: z.string().regex(/^[0-9a-f]{16,32}$/i, '16 to 32 hexadecimal digits') }),
  run: async ({ traceId }, ask) => {
    const trace = await ask<TraceAnswer>(`/api/traces/${traceId}`, {})
    return { ...trace, spans: trace.spans.slice(0, maxSpans) }
  },
})

export const traceTools = [searchTraces, getTrace]
