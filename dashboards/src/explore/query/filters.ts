import type { Clause, FieldFilter } from './clause.ts'
import { formOf } from './form.ts'
import * as logQl from './logql-filters.ts'
import * as words from './word-filters.ts'

export type FilterAction = 'only' | 'also' | 'without' | 'clear'
/** What a click on a value of a field means. */
export type OnFilter = (field: string, action: FilterAction, value: string) => void

/** What a query asks of fields, as far as clicks can change it. */
export function filtersOf(query: string): FieldFilter[] {
  const byField = new Map<string, { included: string[]; excluded: string[] }>()
  for (const { field, isExcluding, values } of languageOf(query).clausesOf(query)) {
    const filter = byField.get(field) ?? { included: [], excluded: [] }
    filter[isExcluding ? 'excluded' : 'included'].push(...values)
    byField.set(field, filter)
  }
  return [...byField].map(([field, filter]) => ({ field, ...filter }))
}

export function filterOf(query: string, field: string): FieldFilter {
  return filtersOf(query).find(one => one.field === field) ?? { field, included: [], excluded: [] }
}

/** The query after a click. Any name and any value gives a query that parses, and takes exactly what has the value. */
export function filterBy(query: string, field: string, action: FilterAction, value: string): string {
  const { included, excluded } = filterOf(query, field)
  const [kept, left] = [included.filter(one => one !== value), excluded.filter(one => one !== value)]
  switch (action) {
    case 'only':
      return withFilter(query, { field, included: [value], excluded: [] })
    case 'also':
      return withFilter(query, { field, included: [...kept, value], excluded: left })
    case 'without':
      return withFilter(query, { field, included: kept, excluded: [...left, value] })
    case 'clear':
      return withFilter(query, { field, included: kept, excluded: left })
  }
}

/** The query with all that it says of a field said anew. */
export function withFilter(query: string, filter: FieldFilter): string {
  const language = languageOf(query)
  const rest = withoutClauses(query, language.clausesOf(query), filter.field)
  if (filter.included.length + filter.excluded.length === 0) return rest
  return rest.trim() === '' ? logQl.add('{}', filter) : languageOf(rest).add(rest, filter)
}

export function withoutField(query: string, field: string): string {
  return withFilter(query, { field, included: [], excluded: [] })
}

function languageOf(query: string) {
  return formOf(query) === 'words' ? words : logQl
}

function withoutClauses(query: string, clauses: readonly Clause[], field: string): string {
  const gone = clauses.filter(clause => clause.field === field).toSorted((a, b) => b.from - a.from)
  const rest = gone.reduce((text, { from, to }) => text.slice(0, from) + text.slice(to), query)
  return gone.length === 0 ? rest : tidy(rest)
}

/** `{}` alone asks for nothing. */
function tidy(query: string): string {
  const trimmed = query.trim()
  return /^\{\s*\}$/.test(trimmed) ? '' : trimmed
}
