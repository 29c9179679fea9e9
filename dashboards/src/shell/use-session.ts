import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionAnswer } from '../../../query/index.ts'
import { ApiError } from '../api/http.ts'
import { getSession } from '../api/system.ts'

const key = ['session']
/** An API that does not answer is the views' to say. */
const unknown: SessionAnswer = { auth: 'none', token: null, tenants: [], tenant: null }

/** Who asks: whether a token is needed, and whose is kept in the browser. Anew after `refresh`. */
export function useSession() {
  const client = useQueryClient()
  const { data, isError } = useQuery({
    queryKey: key,
    queryFn: getSession,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return {
    session: data ?? (isError ? unknown : undefined),
    refresh: async () => {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] })
      await client.invalidateQueries({ queryKey: key })
    },
  }
}

/** The token was revoked or is no longer valid: who it was is asked again. */
export function isUnknownAsker(error: Error): boolean {
  return error instanceof ApiError && error.problem.status === 401
}
