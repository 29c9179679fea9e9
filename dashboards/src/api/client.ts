import type {
  ContextAnswer,
  FacetsAnswer,
  HistogramAnswer,
  LogsAnswer,
  MetricNamesAnswer,
  MetricsAnswer,
  ProblemAnswer,
  SessionAnswer,
  StatusAnswer,
} from '../../../query/index.ts'

/** What the API says is wrong, with the place in the query where it knows it. */
export class ApiError extends Error {
  readonly problem: ProblemAnswer
  constructor(problem: ProblemAnswer) {
    super(problem.detail)
    this.problem = problem
  }
}

type Parameters = Record<string, string | number | undefined>

export interface LogsRequest {
  query: string
  start: string
  end: string
}

export const getSession = () => get<SessionAnswer>('/api/session', {})
export const getStatus = () => get<StatusAnswer>('/api/status', {})
export const getMetricNames = () => get<MetricNamesAnswer>('/api/metrics/names', {})

export function getLogs(
  request: LogsRequest,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
) {
  return get<LogsAnswer>('/api/logs', { ...request, cursor, limit }, signal)
}

export function getHistogram(request: LogsRequest, signal: AbortSignal) {
  return get<HistogramAnswer>('/api/logs/histogram', { ...request }, signal)
}

export function getFacets(request: LogsRequest & { fields?: string }, signal: AbortSignal) {
  return get<FacetsAnswer>('/api/logs/facets', { ...request }, signal)
}

export function getContext(id: string, signal: AbortSignal) {
  return get<ContextAnswer>('/api/logs/context', { id, before: 8, after: 8 }, signal)
}

export function getMetrics(request: LogsRequest & { step?: string }, signal: AbortSignal) {
  return get<MetricsAnswer>('/api/metrics/query', { ...request }, signal)
}

/** Errors: ApiError where the token is not known. */
export async function login(token: string): Promise<void> {
  const body = JSON.stringify({ token })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/login', { method: 'POST', headers, body })
  if (!response.ok) throw new ApiError(await problemOf(response))
}

export async function logout(): Promise<void> {
  await fetch('/api/session', { method: 'DELETE' })
}

async function get<T>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<T> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  const response = await fetch(`${path}?${search}`, signal === undefined ? {} : { signal })
  if (response.ok) return (await response.json()) as T
  throw new ApiError(await problemOf(response))
}

async function problemOf(response: Response): Promise<ProblemAnswer> {
  const kind = response.headers.get('content-type') ?? ''
  if (kind.startsWith('application/problem+json')) return (await response.json()) as ProblemAnswer
  const detail = `the query API answered ${response.status}`
  return { type: 'about:blank', title: 'no usable answer', detail, status: response.status }
}
