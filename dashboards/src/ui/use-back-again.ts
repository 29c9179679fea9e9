import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ApiError } from '../api/http.ts'
import { getStatus } from '../api/system.ts'

/** What is said of a part of the system that does not answer, where it is said by more than the status 503. */
const passing: ReadonlySet<string> = new Set([
  'about:blank',
  'urn:millrace:store-unavailable',
  'urn:millrace:kafka-unreachable',
])
/** The state that is told right after a failure may be of before it, and must not have it asked again without end. */
const settledMs = 2_000

/**
 * Asks again by itself once a part of the system that did not answer does: nobody has to find out by clicking. The header
 * asks for the state every few seconds; what fails for another reason is not asked again.
 */
export function useBackAgain(error: Error, onRetry: (() => void) | undefined): void {
  const isPassing = !(error instanceof ApiError) || willPass(error)
  const { data, isError, dataUpdatedAt } = useQuery({
    queryKey: ['status'],
    queryFn: getStatus,
    enabled: isPassing && onRetry !== undefined,
  })
  const failed = useRef({ error, atMs: Date.now() })
  if (failed.current.error !== error) failed.current = { error, atMs: Date.now() }
  const isUp = !isError && data?.roles.every(({ ok }) => ok) === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a newer state asks again
  useEffect(() => {
    if (isPassing && isUp && dataUpdatedAt > failed.current.atMs + settledMs) onRetry?.()
  }, [dataUpdatedAt, isUp, isPassing])
}

function willPass({ problem }: ApiError): boolean {
  return problem.status === 503 && passing.has(problem.type)
}
