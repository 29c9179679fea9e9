import type {
  ContextAnswer,
  FacetsAnswer,
  FilesAnswer,
  HistogramAnswer,
  LogsAnswer,
} from '../../../query/index.ts'
import { addressOf, get } from './http.ts'

export interface LogsRequest {
  query: string
  start: string
  end: string
}

export interface LogsPage {
  cursor: string | undefined
  limit: number
  direction: 'backward' | 'forward'
}

export function getLogs(request: LogsRequest, page: LogsPage, signal: AbortSignal) {
  return get<LogsAnswer>('/api/logs', { ...request, ...page }, signal)
}

/** Steps are cut by the clock of the zone. `by`: counts by value of a field rather than by level. */
export function getHistogram(request: LogsRequest, timezone: string, signal: AbortSignal, by?: string) {
  return get<HistogramAnswer>('/api/logs/histogram', { ...request, timezone, by }, signal)
}

export interface FacetsRequest extends LogsRequest {
  /** Names, separated by commas; none: the commonest. */
  fields?: string
  search?: string
  limit?: number
  statistics?: boolean
}

export function getFacets(request: FacetsRequest, signal: AbortSignal) {
  return get<FacetsAnswer>('/api/logs/facets', { ...request }, signal)
}

export function getContext(id: string, counts: { before: number; after: number }, signal: AbortSignal) {
  return get<ContextAnswer>('/api/logs/context', { id, ...counts }, signal)
}

export function getFiles(path: string, signal: AbortSignal) {
  return get<FilesAnswer>('/api/files', { path }, signal)
}

export type ExportFormat = 'csv' | 'jsonl' | 'raw'

/** Where all lines of a search come as a file, as they are read. */
export function exportAddress(request: LogsRequest, format: ExportFormat, fields: readonly string[]): string {
  return addressOf('/api/logs/export', {
    ...request,
    format,
    fields: fields.length === 0 ? undefined : fields.join(','),
  })
}
