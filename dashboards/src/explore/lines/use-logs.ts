import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getLogs, type LogsRequest } from '../../api/logs.ts'

const pageLines = 200

/** Lines of a range, page by page. */
export function useLogs(request: LogsRequest, direction: 'backward' | 'forward', enabled: boolean) {
  const result = useInfiniteQuery({
    queryKey: ['logs', request, direction],
    queryFn: ({ pageParam, signal }) =>
      getLogs(request, { cursor: pageParam, limit: pageLines, direction }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  })
  const lines = useMemo(() => result.data?.pages.flatMap(page => page.logs) ?? [], [result.data])
  return { ...result, lines }
}

export type LogsResult = ReturnType<typeof useLogs>
