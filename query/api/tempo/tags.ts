import { intrinsicNames } from '../../../lib/traceql/index.ts'
import { fieldOfTag, maxTags, type TagScope, tagScopes, tagsOf, tagValuesOf } from '../../traces/tags.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { typedValue } from '../../traces/typed-value.ts'
import { invalid, type Parameters } from './parameters.ts'
import { metricsOf } from './search.ts'

/** Names are looked for so far back where no time is given. */
export const namesLookback = '24h'

const keywords: ReadonlySet<string> = new Set(['status', 'kind', 'span:status', 'span:kind'])

/** What people choose from; the rest is for those who know it. */
const shownIntrinsics = [...intrinsicNames.keys()].filter(
  name => !/^nestedSet|childCount|^parent$/i.test(name),
)

/** `api/search/tags`: all names together. */
export async function searchTags(reader: TraceReader, parameters: Parameters): Promise<object> {
  const scopes = await tagsByScope(reader, parameters)
  const names = scopes.filter(({ name }) => name !== 'intrinsic').flatMap(({ tags }) => tags)
  return { tagNames: [...new Set(names)].sort(), metrics: metricsOf(reader) }
}

/** `api/v2/search/tags`: names by scope. */
export async function searchTagsV2(reader: TraceReader, parameters: Parameters): Promise<object> {
  const scopes = await tagsByScope(reader, parameters)
  return { scopes, metrics: metricsOf(reader) }
}

async function tagsByScope(reader: TraceReader, parameters: Parameters) {
  const wanted = parameters.text('scope')
  const range = parameters.range(namesLookback)
  const limit = parameters.count('limit', maxTags, maxTags) || maxTags
  const isKnown = ['', 'none', 'intrinsic', ...tagScopes].includes(wanted)
  if (!isKnown) throw invalid('scope', `'${wanted}' is not one of ${tagScopes.join(', ')}, intrinsic`)
  const chosen = tagScopes.filter(scope => ['', 'none', scope].includes(wanted))
  const found = await Promise.all(
    chosen.map(async (name: TagScope) => ({
      name: name as string,
      tags: await tagsOf(reader, name, parameters.text('q'), range),
    })),
  )
  const intrinsic = ['', 'none', 'intrinsic'].includes(wanted)
    ? [{ name: 'intrinsic', tags: shownIntrinsics }]
    : []
  return [...found.map(({ name, tags }) => ({ name, tags: tags.slice(0, limit) })), ...intrinsic].filter(
    ({ tags }) => tags.length > 0,
  )
}

/** `api/search/tag/{tag}/values`. */
export async function searchTagValues(
  reader: TraceReader,
  tag: string,
  parameters: Parameters,
): Promise<object> {
  return { tagValues: await valuesOf(reader, tag, parameters), metrics: metricsOf(reader) }
}

/** `api/v2/search/tag/{tag}/values`: with what they are. */
export async function searchTagValuesV2(
  reader: TraceReader,
  tag: string,
  parameters: Parameters,
): Promise<object> {
  const values = await valuesOf(reader, tag, parameters)
  const tagValues = values.map(value => ({ type: typeName(tag, value), value }))
  return { tagValues, metrics: metricsOf(reader) }
}

async function valuesOf(reader: TraceReader, tag: string, parameters: Parameters): Promise<string[]> {
  const range = parameters.range(namesLookback)
  const limit = parameters.count('limit', maxTags, maxTags)
  return await tagValuesOf(reader, fieldOfTag(tag), parameters.text('q'), range, limit)
}

/** Source: Tempo's API, search tag values V2. */
function typeName(tag: string, value: string): string {
  if (keywords.has(tag)) return 'keyword'
  if (intrinsicNames.has(tag)) return 'string'
  const { type } = typedValue(tag.replace(/^\w*\./, ''), value)
  return type === 'double' ? 'float' : type === 'array' ? 'string' : type
}
