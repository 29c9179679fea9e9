import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { getFacets } from '../api/logs.ts'

const usualLabels = ['service', 'host', 'level', 'trace_id']

/** Labels after `{` or a comma, and after `label="` the values that this label has in the last hour. */
export async function completeLabels(context: CompletionContext): Promise<CompletionResult | null> {
  const value = context.matchBefore(/[\w.]+\s*(?:=~?|!=|!~)\s*"[^"]*/)
  if (value !== null) return await completeValue(value.from, value.text)
  const label = context.matchBefore(/[{,|]\s*[\w.]*/)
  if (label === null) return null
  const from = label.to - (/[\w.]*$/.exec(label.text)?.[0].length ?? 0)
  const known = await lastHour('')
  const names = new Set([...usualLabels, ...known.facets.map(facet => facet.field)])
  return {
    from,
    options: [...names].map((name): Completion => ({ label: name, type: 'property' })),
    validFor: /^[\w.]*$/,
  }
}

async function completeValue(from: number, text: string): Promise<CompletionResult | null> {
  const label = /^[\w.]+/.exec(text)?.[0] ?? ''
  const { facets } = await lastHour(label)
  const values = facets.find(facet => facet.field === label)?.values ?? []
  const options = values.map(
    ({ value, count }): Completion => ({ label: value, detail: String(count), type: 'text' }),
  )
  return { from: from + text.indexOf('"') + 1, options, validFor: /^[^"]*$/ }
}

function lastHour(field: string) {
  const range = { query: '', start: 'now-1h', end: 'now' }
  return getFacets(field === '' ? range : { ...range, fields: field }, AbortSignal.timeout(3_000))
}
