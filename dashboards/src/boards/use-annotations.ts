import { useQuery } from '@tanstack/react-query'
import type { Board } from '../../../query/index.ts'
import { getLogs } from '../api/logs.ts'
import { getSeries } from '../api/series.ts'
import { gridOf } from '../charts/align.ts'
import type { Mark } from '../charts/chart-options.ts'
import { toMs } from '../ui/format.ts'
import { interpolate, type Values } from './interpolate.ts'

const maxMarks = 100
const none: readonly Mark[] = []

/** Moments that the dashboard marks in its charts: lines that a query finds, or when an expression begins to hold. */
export function useAnnotations(
  board: Board,
  values: Values,
  { startMs, endMs }: { startMs: number; endMs: number },
): readonly Mark[] {
  const asked = board.spec.annotations.map(annotation => ({
    ...annotation,
    query: interpolate(annotation.query, values, 'query'),
  }))
  const { data } = useQuery({
    queryKey: ['annotations', asked, startMs, endMs],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(asked.map(one => marksOf(one, startMs, endMs, signal)))
      return found.flat()
    },
    enabled: asked.length > 0,
  })
  // the same each time: charts draw anew what is another
  return data ?? none
}

async function marksOf(
  { name, language, query }: Board['spec']['annotations'][number],
  startMs: number,
  endMs: number,
  signal: AbortSignal,
): Promise<Mark[]> {
  if (language === 'logql') {
    const range = { start: String(startMs), end: String(endMs) }
    const { logs } = await getLogs(
      { query, ...range },
      { cursor: undefined, limit: maxMarks, direction: 'backward' },
      signal,
    )
    return logs.map(line => ({ atMs: toMs(line.timestamp), text: `${name}: ${line.message || line.body}` }))
  }
  const { series } = await getSeries('promql', query, gridOf(startMs, endMs, 240), signal)
  return series.flatMap(({ values = [] }) =>
    values[0] === undefined ? [] : [{ atMs: values[0][0] * 1000, text: name }],
  )
}
