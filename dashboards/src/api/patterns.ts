import type { CompareAnswer, ExplainAnswer, PatternsAnswer } from '../../../query/index.ts'
import { get } from './http.ts'
import type { LogsRequest } from './logs.ts'

export function getPatterns(request: LogsRequest, limit: number, signal: AbortSignal) {
  return get<PatternsAnswer>('/api/logs/patterns', { ...request, limit }, signal)
}

export interface Baseline {
  baselineQuery?: string
  baselineStart?: string
  baselineEnd?: string
}

/** Without a baseline the same query over the time just before. */
export function getComparison(request: LogsRequest, baseline: Baseline, signal: AbortSignal) {
  return get<CompareAnswer>('/api/logs/compare', { ...request, ...baseline }, signal)
}

export function getExplanation(request: LogsRequest, of: ExplainAnswer['of'], signal: AbortSignal) {
  return get<ExplainAnswer>('/api/explain', { ...request, of }, signal)
}
