import * as z from 'zod/mini'
import { rangeFields } from '../ui/address.ts'

const text = z._default(z.string(), '')

/** What makes a view of metrics: up to six queries, named a to f; `query` is the first. */
export const metricsSchema = z.object({
  ...rangeFields,
  query: text,
  b: text,
  c: text,
  d: text,
  e: text,
  f: text,
  /** Names of queries that are drawn on the right axis. */
  right: text,
  hidden: text,
  kind: z._default(z.enum(['line', 'area', 'bars', 'heat']), 'line'),
})

export type MetricsView = z.infer<typeof metricsSchema>
export const queryNames = ['a', 'b', 'c', 'd', 'e', 'f'] as const
export type QueryName = (typeof queryNames)[number]

export function queryOf(view: MetricsView, name: QueryName): string {
  return name === 'a' ? view.query : view[name]
}

export function withQuery(name: QueryName, query: string): Partial<MetricsView> {
  return name === 'a' ? { query } : { [name]: query }
}

/** A formula names other queries as `$a`: each stands in it as a whole. Undefined where it leads to itself. */
export function expanded(
  view: MetricsView,
  name: QueryName,
  above: readonly QueryName[] = [],
): string | undefined {
  if (above.includes(name)) return undefined
  let known = true
  const text = queryOf(view, name).replaceAll(/\$([a-f])\b/g, (_, other: QueryName) => {
    const inner = expanded(view, other, [...above, name])
    if (inner === undefined || inner === '') known = false
    return `(${inner ?? ''})`
  })
  return known ? text : undefined
}
