import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { getFieldNames } from '../api/fields.ts'
import { getFacets } from '../api/logs.ts'
import { countOf } from '../ui/format.ts'
import { aggregations, filterStages, joins, type KnownWord, rangeFunctions, stages } from './logql-words.ts'

const usualLabels = ['service', 'host', 'level', 'trace_id', 'span_id']
const plainName = /^[A-Za-z_][\w.]*$/
const timeoutMs = 8_000

/** What may stand here: labels and fields, their values in the last hour, stages and functions with what they mean. */
export async function completeQuery(context: CompletionContext): Promise<CompletionResult | null> {
  const before = context.state.doc.sliceString(0, context.pos)
  const value = valueBefore(before)
  if (value !== undefined) return await values(value.field, context.pos - value.typed)
  if (isInString(before)) return null
  const name = /[\w.]*$/.exec(before)?.[0] ?? ''
  const from = context.pos - name.length
  const lead = before.slice(0, from)
  if (isInSelector(lead) || /\b(?:by|without)\s*\([^)]*$/.test(lead)) return plain(from, await names(''))
  if (/[})"`\w]\s*\|\s*$/.test(lead)) return await behindPipe(from)
  if (/[})"`]\s*$/.test(lead) && lead.includes('}')) return plain(from, filterStages.map(stageOption))
  return name === '' && !context.explicit ? null : await atStart(from, !/[{|(]/.test(before))
}

/** The field whose value is being written, and how much of it is. */
function valueBefore(before: string): { field: string; typed: number } | undefined {
  const quoted = /(?:"((?:[^"\\]|\\.)+)"|([\w.]+))\s*(?:=~?|!=|!~|:)\s*"((?:[^"\\]|\\.)*)$/.exec(before)
  if (quoted !== null && !isInString(before.slice(0, quoted.index)))
    return { field: quoted[1] ?? quoted[2] ?? '', typed: quoted[3]?.length ?? 0 }
  const word =
    isInString(before) || /[{|]/.test(before) ? null : /(?<!\S)-?([\p{L}_][\w.]*):([\w.-]*)$/u.exec(before)
  return word === null ? undefined : { field: word[1] ?? '', typed: word[2]?.length ?? 0 }
}

async function atStart(from: number, isWords: boolean): Promise<CompletionResult> {
  const functions = [...rangeFunctions, ...aggregations].map(functionOption)
  const fields = isWords ? await names(':') : []
  return plain(from, [...fields, ...(isWords && from > 0 ? joins.map(stageOption) : []), ...functions])
}

async function behindPipe(from: number): Promise<CompletionResult> {
  return plain(from, [...(await names('')), ...stages.map(stageOption)])
}

function plain(from: number, options: Completion[]): CompletionResult {
  return { from, options, validFor: /^[\w.]*$/ }
}

function stageOption({ name, form, means }: KnownWord): Completion {
  const label = name.startsWith('|') || name.startsWith('!') ? form : name
  return { label, detail: form === label ? '' : form, info: means, type: 'keyword' }
}

function functionOption({ name, form, means }: KnownWord): Completion {
  return { label: name, detail: form, info: means, type: 'function', apply: `${name}(` }
}

async function values(label: string, from: number): Promise<CompletionResult> {
  const asked = { ...lastHour(), fields: label, limit: 100 }
  const facets = await known(getFacets(asked, AbortSignal.timeout(timeoutMs)), answer => answer.facets)
  const found = facets.find(facet => facet.field === label)?.values ?? []
  const options = found.map(
    ({ value, count }): Completion => ({
      label: value,
      detail: countOf(count, 'line'),
      apply: JSON.stringify(value).slice(1, -1),
      type: 'text',
    }),
  )
  return { from, options, validFor: /^[^"]*$/ }
}

/** Names of fields, those that need it in quotes. */
async function names(after: string): Promise<Completion[]> {
  const fields = await known(
    getFieldNames(lastHour(), AbortSignal.timeout(timeoutMs)),
    answer => answer.fields,
  )
  const counted = new Map(fields.map(({ field, values: count }) => [field, countOf(count, 'value')]))
  const all = [...new Set([...usualLabels, ...counted.keys()])]
  return all.map(
    (name): Completion => ({
      label: name,
      detail: counted.get(name) ?? '',
      apply: (plainName.test(name) ? name : JSON.stringify(name)) + after,
      type: 'property',
    }),
  )
}

/** What an answer says; nothing where there is none: writing goes on without what could have been offered. */
async function known<Answer, Item>(
  answer: Promise<Answer>,
  items: (answer: Answer) => Item[],
): Promise<Item[]> {
  return await answer.then(items, () => [])
}

function lastHour() {
  return { query: '', start: 'now-1h', end: 'now' }
}

function isInString(text: string): boolean {
  const left = text.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/gs, '')
  return /["`]/.test(left)
}

function isInSelector(text: string): boolean {
  const left = text.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/gs, '""')
  const open = left.lastIndexOf('{')
  return open > left.lastIndexOf('}') && /[{,]\s*$/.test(left)
}
