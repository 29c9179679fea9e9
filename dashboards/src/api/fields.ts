import type { FieldsAnswer } from '../../../query/index.ts'
import { get } from './http.ts'
import type { LogsRequest } from './logs.ts'

export function getFieldNames(request: LogsRequest, signal: AbortSignal, search = '') {
  return get<FieldsAnswer>('/api/logs/fields', { ...request, search: search || undefined }, signal)
}
