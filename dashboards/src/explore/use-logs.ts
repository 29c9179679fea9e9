import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getHistogram, getLogs, type LogsRequest } from '../api/logs.ts'

const pageLines = 200

/** Lines of a range, newest first, page by page. */
export function useLogs(request: LogsRequest, enabled: boolean) {
  const result = useInfiniteQuery({
    queryKey: ['logs', request],
    queryFn: ({ pageParam, signal }) => getLogs(request, pageParam, pageLines, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  })
  const lines = useMemo(() => result.data?.pages.flatMap(page => page.logs) ?? [], [result.data])
  return { ...result, lines }
}

export type LogsResult = ReturnType<typeof useLogs>

export function useHistogram(request: LogsRequest, enabled: boolean) {
  return useQuery({
    queryKey: ['histogram', request],
    queryFn: ({ signal }) => getHistogram(request, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
}
