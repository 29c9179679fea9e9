import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getHistogram, type LogsRequest } from '../../api/logs.ts'
import { previousRange } from './previous.ts'

export function useHistogram(request: LogsRequest, enabled: boolean) {
  return useQuery({
    queryKey: ['histogram', request],
    queryFn: ({ signal }) => getHistogram(request, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
}

/** The same query over the time before, once the range itself is there. */
export function usePreviousHistogram(request: LogsRequest, enabled: boolean) {
  const range = previousRange(request)
  const { data } = useQuery({
    queryKey: ['histogram', { ...request, ...range }],
    queryFn: ({ signal }) => getHistogram({ ...request, ...range }, signal),
    enabled: enabled && range !== undefined,
  })
  return data
}
