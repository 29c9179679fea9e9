import type { QueriesAnswer } from '../../../query/index.ts'
import { get } from './http.ts'

/** What is being asked of the store now. */
export function getQueries(signal: AbortSignal) {
  return get<QueriesAnswer>('/api/queries', {}, signal)
}
