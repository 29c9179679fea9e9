import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ApiError } from '../api/http.ts'
import { getStatus } from '../api/system.ts'

/**
 * Asks again by itself when a part of the system that did not answer does: nobody has to find out by clicking. The header
 * asks for the state every few seconds; what fails while all parts answer is not asked again.
 */
export function useBackAgain(error: Error, onRetry: (() => void) | undefined): void {
  const isPassing = !(error instanceof ApiError) || error.problem.status >= 500
  const { data, isError } = useQuery({
    queryKey: ['status'],
    queryFn: getStatus,
    enabled: isPassing && onRetry !== undefined,
  })
  const wasDown = useRef(false)
  const isDown = isError || (data?.roles.some(({ ok }) => !ok) ?? false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only that the state has changed asks again
  useEffect(() => {
    if (!isPassing) return
    if (wasDown.current && !isDown) onRetry?.()
    wasDown.current = isDown
  }, [isDown, isPassing])
}
