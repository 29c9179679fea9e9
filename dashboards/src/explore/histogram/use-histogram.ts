import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getHistogram, type LogsRequest } from '../../api/logs.ts'
import { useTimes } from '../../ui/times.ts'
import { previousRange } from './previous.ts'

export function useHistogram(request: LogsRequest, enabled: boolean) {
  const { zone } = useTimes()
  return useQuery({
    queryKey: ['histogram', zone, request],
    queryFn: ({ signal }) => getHistogram(request, zone, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
}

/** The same query over the time before, once the range itself is there. */
export function usePreviousHistogram(request: LogsRequest, enabled: boolean) {
  const { zone } = useTimes()
  const range = previousRange(request)
  const { data } = useQuery({
    queryKey: ['histogram', zone, { ...request, ...range }],
    queryFn: ({ signal }) => getHistogram({ ...request, ...range }, zone, signal),
    enabled: enabled && range !== undefined,
  })
  return data
}
