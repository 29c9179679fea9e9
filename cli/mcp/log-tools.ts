import { z } from 'zod'
import type { CompareAnswer, LogsAnswer, PatternsAnswer } from '../../query/index.ts'
import { atMost, defineTool, logQuery, range } from './tool.ts'

/** Long lines are cut: an assistant wants many of them rather than one. */
const maxMessage = 2_000

const searchLogs = defineTool({
  name: 'search_logs',
  title: 'Search log lines',
  description:
    'Log lines that match a query, the newest first. Begin with a small limit and a short range; `next` goes on where the page ended, as `cursor`. An empty answer says nothing about other times.',
  input: z.strictObject({
    query: logQuery,
    ...range,
    limit: atMost(200, 50),
    direction: z.enum(['backward', 'forward']).default('backward').describe('backward: the newest first'),
    cursor: z.string().optional().describe('next of the page before'),
  }),
  run: async (input, ask) => {
    const answer = await ask<LogsAnswer>('/api/logs', { ...input, limit: String(input.limit) })
    const { logs, next, completeTo, missingHosts, warnings } = answer
    const lines = logs.map(({ timestamp, level, service, host, message, attributes, traceId }) => ({
      time: new Date(Number(BigInt(timestamp) / 1_000_000n)).toISOString(),
      level,
      service,
      host,
      message: message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message,
      attributes,
      ...(traceId === '' ? {} : { traceId }),
    }))
    return { lines, next, completeTo, missingHosts, warnings }
  },
})

const patterns = defineTool({
  name: 'patterns',
  title: 'What log lines say',
  description:
    'Templates of the lines that match, the commonest first: <num>, <id>, <ip> and <*> stand where lines differ. The best first question about many lines.',
  input: z.strictObject({ query: logQuery, ...range, limit: atMost(100, 30) }),
  run: async ({ limit, ...input }, ask) => {
    const answer = await ask<PatternsAnswer>('/api/logs/patterns', { ...input, limit: String(limit) })
    const found = answer.patterns.map(({ template, count }) => ({ template, count }))
    return { patterns: found, warnings: answer.warnings }
  },
})

const compare = defineTool({
  name: 'compare',
  title: 'What tells lines from others',
  description:
    'Fields and templates whose share differs between lines and a baseline: other lines (baselineQuery), another time (baselineStart, baselineEnd), or, where neither is given, the same query over the time before. Good for: what is different about the errors, what changed after a deployment.',
  input: z.strictObject({
    query: logQuery,
    ...range,
    baselineQuery: z.string().optional(),
    baselineStart: z.string().optional(),
    baselineEnd: z.string().optional(),
    limit: atMost(50, 10),
  }),
  run: async ({ limit, ...input }, ask) => {
    const { cost: _, ...answer } = await ask<CompareAnswer>('/api/logs/compare', {
      ...input,
      limit: String(limit),
    })
    return answer
  },
})

export const logTools = [searchLogs, patterns, compare]
