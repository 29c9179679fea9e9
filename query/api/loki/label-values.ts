import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import { streamLabelValues } from './labels.ts'
import { pushedStreams, pushedValues } from './pushed-streams.ts'
import { detectFields, sampleLines } from './sampled-fields.ts'
import { selectionOf } from './selection.ts'
import { streamColumnOf } from './stream-labels.ts'

const maxValues = 10_000
/** Values of what is no label of streams are looked for in so many of the newest lines. */
const sampledLines = 5_000

/**
 * `label/{name}/values`: of a stream label all values, from rollups; of a field of lines those that the newest lines have. A
 * label that nothing has is a success without `data`.
 */
export async function labelValues(asked: Asked): Promise<Response> {
  const { c, parameters, tenant, reader, signal } = asked
  const label = c.req.param('name') ?? ''
  const search = { query: selectionOf(parameters.text('query')), tenant, ...parameters.range(6) }
  const values =
    streamColumnOf(label) === undefined
      ? await fieldValues(asked, label, search)
      : await streamLabelValues(reader, label, search, maxValues, signal)
  return success(c, values.length === 0 ? undefined : values)
}

async function fieldValues(
  { reader, signal }: Asked,
  label: string,
  search: Parameters<typeof sampleLines>[1],
): Promise<string[]> {
  const pushed = pushedValues(await pushedStreams(reader, search, signal)).get(label)
  const lines = await sampleLines(reader, search, sampledLines, signal)
  const found = new Set([...(pushed ?? []), ...(detectFields(lines).get(label)?.values ?? [])])
  return [...found].sort().slice(0, maxValues)
}
