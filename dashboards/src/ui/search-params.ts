import { useCallback, useMemo } from 'react'
import { navigate, useSearch } from 'wouter/use-browser-location'
import { withTenant } from './tenant.ts'

type Next = URLSearchParams | ((present: URLSearchParams) => URLSearchParams)

/**
 * What stands behind the `?` of the address, as it stands there, and what changes it. wouter's own decodes it once more, and
 * takes `%2F` in a query for a slash.
 */
export function useSearchParams(): [URLSearchParams, (next: Next, how?: { replace?: boolean }) => void] {
  const text = useSearch()
  const present = useMemo(() => new URLSearchParams(text), [text])
  const change = useCallback((next: Next, how: { replace?: boolean } = {}) => {
    const { pathname, search } = window.location
    const made = typeof next === 'function' ? next(new URLSearchParams(search)) : next
    // what a view was told on the way to it stays, whatever changes in it
    const { state } = window.history
    navigate(withTenant(made.size === 0 ? pathname : `${pathname}?${made}`), { ...how, state })
  }, [])
  return [present, change]
}

/**
 * A part of the path, from 0, as whoever wrote it with encodeURIComponent meant it. A route's own parameters are decoded
 * already, and not wholly.
 */
export function pathPart(index: number, path = window.location.pathname): string {
  const part = path.split('/')[index + 1] ?? ''
  try {
    return decodeURIComponent(part)
  } catch {
    // typed by hand
    return part
  }
}
