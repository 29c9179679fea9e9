import { useQuery } from '@tanstack/react-query'
import type { StatusAnswer } from '../../../query/index.ts'
import { getStatus } from '../api/system.ts'

export type Agent = StatusAnswer['agents'][number]

const refreshMs = 5_000

/** What the agents say of themselves, every few seconds. */
export function useAgents() {
  return useQuery({ queryKey: ['status'], queryFn: getStatus, refetchInterval: refreshMs })
}
