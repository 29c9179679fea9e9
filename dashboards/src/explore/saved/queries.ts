import * as z from 'zod/mini'

/** Queries that a reader asked lately, and those kept under a name; in this browser, of each tenant for itself. */
const schema = z.object({
  recent: z._default(z.array(z.string()), []),
  saved: z._default(z.array(z.object({ name: z.string(), query: z.string() })), []),
})

export type Queries = z.infer<typeof schema>

const storageKey = 'millrace.queries'
const mostRecent = 30
const mostSaved = 200

/** Whose queries: '' where no tokens are asked for. */
export function readQueries(storage: Pick<Storage, 'getItem'>, tenant: string): Queries {
  try {
    return schema.parse(JSON.parse(storage.getItem(keyOf(tenant)) ?? '{}'))
  } catch {
    // written by another version, or by hand
    return { recent: [], saved: [] }
  }
}

export function writeQueries(storage: Pick<Storage, 'setItem'>, tenant: string, queries: Queries): void {
  storage.setItem(keyOf(tenant), JSON.stringify(queries))
}

const keyOf = (tenant: string) => (tenant === '' ? storageKey : `${storageKey}.${tenant}`)

/** The newest first, each once. */
export function withRecent(queries: Queries, query: string): Queries {
  if (query.trim() === '') return queries
  return { ...queries, recent: [query, ...queries.recent.filter(one => one !== query)].slice(0, mostRecent) }
}

export function withSaved(queries: Queries, name: string, query: string): Queries {
  const others = queries.saved.filter(one => one.name !== name)
  return { ...queries, saved: [...others, { name, query }].slice(-mostSaved) }
}

export function withoutSaved(queries: Queries, name: string): Queries {
  return { ...queries, saved: queries.saved.filter(one => one.name !== name) }
}
