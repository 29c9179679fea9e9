import { pushedScope } from '../../logql/row-labels.ts'
import type { Asked } from './asked.ts'
import { streamLabelValues } from './labels.ts'
import { detectFields, type SampledField, type SampledLine, sampleLines } from './sampled-fields.ts'
import { requiredSelection } from './selection.ts'
import { streamColumnOf } from './stream-labels.ts'

const defaultLines = 100
const maxSampledLines = 5_000
const defaultFields = 1_000
const maxFields = 10_000

/**
 * `detected_fields`: fields that the newest lines have, `line_limit` of them, with the type and number of their values. Those
 * that a parser brings out of the line say which; structured metadata has none. A bare object, which is empty where nothing is found.
 */
export async function detectedFields(asked: Asked): Promise<object> {
  const limit = asked.parameters.count('limit', defaultFields, maxFields)
  const fields = [...detectFields(await sampled(asked))].slice(0, limit).map(([label, field]) => ({
    label,
    type: field.type,
    cardinality: field.values.size,
    ...fromLine(field),
  }))
  return fields.length === 0 ? {} : { fields, limit }
}

/** `detected_field/{name}/values`: values that the newest lines have, the smallest first; a bare object. */
export async function detectedFieldValues(asked: Asked): Promise<object> {
  const { c, parameters, tenant, reader, signal } = asked
  const limit = parameters.count('limit', defaultFields, maxFields)
  const label = c.req.param('name') ?? ''
  const lines = await sampled(asked)
  const found = detectFields(lines).get(label)?.values
  const search = { query: requiredSelection(parameters.text('query')), tenant, ...parameters.range() }
  const isOfStream = streamColumnOf(label) !== undefined && lines.some(({ scope }) => scope !== pushedScope)
  const ofStream = isOfStream ? await streamLabelValues(reader, label, search, limit, signal) : []
  const values = [...new Set([...(found ?? []), ...ofStream])].sort().slice(0, limit)
  return values.length === 0 ? {} : { values, limit }
}

async function sampled({ parameters, tenant, reader, signal }: Asked): Promise<SampledLine[]> {
  const query = requiredSelection(parameters.text('query'))
  const lines = parameters.count('line_limit', defaultLines, maxSampledLines)
  return await sampleLines(reader, { query, tenant, ...parameters.range() }, lines, signal)
}

function fromLine({ parsers, jsonPath }: SampledField): object {
  if (parsers.size === 0) return { parsers: null }
  return { parsers: [...parsers], ...(jsonPath === undefined ? {} : { jsonPath }) }
}
