/** Somewhere to go. */
export interface Found {
  kind: 'page' | 'service' | 'query' | 'trace' | 'line' | 'search'
  title: string
  address: string
}

export interface Places {
  pages: readonly { title: string; path: string }[]
  services: readonly string[]
  /** Queries that were asked lately, newest first. */
  recent: readonly string[]
}

const explore = (parameters: Record<string, string>) => `/explore?${new URLSearchParams(parameters)}`

/** Where the text may lead: what it is exactly first, then what has it, at last a search for it. */
export function find(text: string, { pages, services, recent }: Places): Found[] {
  const sought = text.trim()
  const lower = sought.toLowerCase()
  const has = (other: string) => other.toLowerCase().includes(lower)
  const found: Found[] = []
  if (/^[0-9a-f]{16}(?:[0-9a-f]{16})?$/i.test(sought))
    found.push({ kind: 'trace', title: `Trace ${sought}`, address: `/traces/${lower}` })
  if (/^\d{13,19}-\d+-\d+-\d+$/.test(sought))
    found.push({ kind: 'line', title: `Line ${sought}`, address: explore({ line: sought }) })
  for (const { title, path } of pages) if (has(title)) found.push({ kind: 'page', title, address: path })
  for (const service of services)
    if (sought !== '' && has(service))
      found.push({
        kind: 'service',
        title: service,
        address: explore({ query: `{service=${JSON.stringify(service)}}` }),
      })
  for (const query of recent)
    if (query !== '' && has(query)) found.push({ kind: 'query', title: query, address: explore({ query }) })
  if (sought !== '')
    found.push({ kind: 'search', title: `Search lines for ${sought}`, address: explore({ query: sought }) })
  return found
}
