import type { LogQuery } from '../../../lib/logql/index.ts'
import { logPatterns } from '../../patterns/patterns.ts'
import { streamSource } from '../../streams.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import { defaultStepMs, type Range } from './parameters.ts'
import { requiredSelection } from './selection.ts'

const maxPatterns = 1_000
/** Windows of the rollup of patterns. */
const windowMs = 60_000

interface LokiPattern {
  pattern: string
  level: string
  samples: [seconds: number, lines: number][]
}

/**
 * `patterns`: what lines say, by level, with lines per step. What differs stands as `<_>`, as the line filter `|>` takes it. Steps
 * are whole minutes, so that the rollup has the answer.
 */
export async function patterns(asked: Asked): Promise<Response> {
  const { c, parameters } = asked
  const query = requiredSelection(parameters.text('query'))
  const range = parameters.range()
  if (range.startNs >= range.endNs) return success(c, [])
  const wanted = parameters.stepMs(range, asked.limits.points) ?? defaultStepMs(range)
  const stepMs = Math.ceil(wanted / windowMs) * windowMs
  const levels = await levelsOf(asked, query, range)
  const found = await Promise.all(levels.map(level => patternsOf(asked, query, level, range, stepMs)))
  const all = found.flat().sort((a, b) => linesOf(b) - linesOf(a))
  return success(c, all.slice(0, parameters.count('limit', maxPatterns, maxPatterns)))
}

async function levelsOf({ reader, tenant, signal }: Asked, query: LogQuery, range: Range): Promise<string[]> {
  const source = await streamSource(reader, { query, tenant, ...range, by: ['Level'] }, signal)
  if (source === undefined) return []
  const sql = `SELECT toString(Level) AS level FROM ${source.sql} LIMIT 20`
  return (await reader.rows<{ level: string }>(sql, source.params, signal)).rows.map(({ level }) => level)
}

async function patternsOf(
  { reader, tenant, signal }: Asked,
  query: LogQuery,
  level: string,
  range: Range,
  stepMs: number,
): Promise<LokiPattern[]> {
  const ofLevel = {
    ...query,
    matchers: [...query.matchers, { label: 'level', operator: '=' as const, value: level }],
  }
  const search = { query: ofLevel, tenant, ...range, stepMs, limit: maxPatterns }
  const { patterns: found } = await logPatterns(reader, search, signal)
  return found.map(({ template, samples }) => ({
    pattern: lokiPattern(template),
    level,
    samples: [...samples].map(([ms, lines]) => [Math.floor(ms / 1000), lines]),
  }))
}

/**
 * @example
 * lokiPattern('user <num> from <ip><num>') // => 'user <_> from <_>'
 */
export function lokiPattern(template: string): string {
  return template.replaceAll(/(?:<(?:[a-z]+|\*)>)+/g, '<_>')
}

function linesOf({ samples }: LokiPattern): number {
  return samples.reduce((sum, [, lines]) => sum + lines, 0)
}
