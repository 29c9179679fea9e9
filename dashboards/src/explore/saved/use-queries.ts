import { useSession } from '../../shell/use-session.ts'
import { type Queries, readQueries, writeQueries } from './queries.ts'

/** The queries that are kept in this browser for the tenant that is shown, as they are when they are asked for. */
export function useQueries() {
  const { session } = useSession()
  const tenant = session?.token === null ? '' : (session?.tenant ?? '')
  return {
    read: () => readQueries(localStorage, tenant),
    write: (queries: Queries) => writeQueries(localStorage, tenant, queries),
  }
}
