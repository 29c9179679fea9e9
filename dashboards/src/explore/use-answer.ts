import { useQueryClient } from '@tanstack/react-query'
import type { LogsRequest } from '../api/logs.ts'
import { useHistogram, usePreviousHistogram } from './histogram/use-histogram.ts'
import { useLogs } from './lines/use-logs.ts'
import type { View } from './view.ts'

/** Lines of a query and their histogram. */
export function useAnswer(request: LogsRequest, view: View, enabled: boolean) {
  const client = useQueryClient()
  const hasLines = enabled && view.tab === 'lines'
  const logs = useLogs(request, view.order, hasLines)
  const histogram = useHistogram(request, enabled)
  const hasBefore = view.before && histogram.isSuccess && !histogram.isPlaceholderData
  const previous = usePreviousHistogram(request, enabled && hasBefore)
  const stop = () => {
    for (const queryKey of [['logs'], ['histogram'], ['facets'], ['fields']])
      void client.cancelQueries({ queryKey })
  }
  return {
    logs,
    histogram,
    previous: hasBefore ? previous : undefined,
    error: (hasLines ? logs.error : null) ?? histogram.error,
    /** It was stopped before there was an answer. */
    isStopped: logs.fetchStatus === 'idle' && (logs.isPending || logs.isPlaceholderData) && hasLines,
    stop,
  }
}

export type Answer = ReturnType<typeof useAnswer>
