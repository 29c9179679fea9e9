import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import * as z from 'zod/mini'

/** Everything that makes a view, so that its address shows the same to somebody else. */
const viewSchema = z.object({
  query: z._default(z.string(), ''),
  start: z._default(z.string(), 'now-1h'),
  end: z._default(z.string(), 'now'),
  tail: z._default(z.stringbool(), false),
})

export type View = z.infer<typeof viewSchema>

const defaults: View = { query: '', start: 'now-1h', end: 'now', tail: false }

/** The view in the address, and a function that changes parts of it. What is as by default is left out. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [search, setSearch] = useSearchParams()
  const view = useMemo(() => {
    const parsed = viewSchema.safeParse(Object.fromEntries(search))
    return parsed.success ? parsed.data : defaults
  }, [search])
  const change = useCallback(
    (part: Partial<View>) => {
      const entries = Object.entries({ ...view, ...part })
      setSearch(
        new URLSearchParams(
          entries.flatMap(([key, value]) =>
            value === defaults[key as keyof View] ? [] : [[key, String(value)]],
          ),
        ),
      )
    },
    [view, setSearch],
  )
  return [view, change]
}

/** Relative ends are fixed for one look, so that list, histogram and facets speak of the same range. */
export function resolveRange(view: View, nowMs: number): { start: string; end: string } {
  return { start: fix(view.start, nowMs), end: fix(view.end, nowMs) }
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function fix(time: string, nowMs: number): string {
  const found = /^now(?:-(\d+)([smhd]))?$/.exec(time)
  if (found === null) return time
  const back = found[1] === undefined ? 0 : Number(found[1]) * (units[found[2] ?? ''] ?? 0)
  return String(nowMs - back)
}
