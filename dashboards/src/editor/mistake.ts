import { ApiError } from '../api/http.ts'

/** Where a query is wrong, out of what the API answered. */
export function mistakeOf(error: Error | null) {
  const problem = error instanceof ApiError ? error.problem : undefined
  return problem?.position === undefined ? undefined : { ...problem.position, message: problem.detail }
}
