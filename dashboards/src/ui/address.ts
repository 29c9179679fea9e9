import { useCallback, useMemo } from 'react'
import * as z from 'zod/mini'
import { useSearchParams } from './search-params.ts'

/**
 * Everything that makes a view stands in its address, so that the address shows the same to somebody else and the
 * browser's back goes back. A view says what it keeps there by a schema of fields that all have a default.
 *
 * @example
 * const codec = z.object({ ...rangeFields, topic: z._default(z.string(), '') })
 * const [view, change] = useAddress(codec)
 */
export function useAddress<T extends Record<string, string | number | boolean>>(
  schema: z.ZodMiniType<T>,
): [T, (change: Partial<T>, how?: { replace?: boolean }) => void] {
  const [search, setSearch] = useSearchParams()
  const defaults = useMemo(() => schema.parse({}), [schema])
  const view = useMemo(() => {
    const parsed = schema.safeParse(Object.fromEntries(search))
    return parsed.success ? parsed.data : defaults
  }, [search, schema, defaults])
  const change = useCallback(
    (part: Partial<T>, how: { replace?: boolean } = {}) =>
      setSearch(writeAddress({ ...view, ...part }, defaults), { replace: how.replace ?? false }),
    [view, setSearch, defaults],
  )
  return [view, change]
}

/** What is as by default is left out. */
export function writeAddress<T extends Record<string, string | number | boolean>>(
  view: T,
  defaults: T,
): URLSearchParams {
  const given = Object.entries(view).filter(([key, value]) => value !== defaults[key])
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)]))
}

/** The range of a view, as most have it. */
export const rangeFields = {
  start: z._default(z.string(), 'now-1h'),
  end: z._default(z.string(), 'now'),
}
