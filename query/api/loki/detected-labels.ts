import type { Asked } from './asked.ts'
import { cardinalities } from './labels.ts'
import { pushedStreams, pushedValues } from './pushed-streams.ts'
import { selectionOf } from './selection.ts'
import { streamLabels } from './stream-labels.ts'

/** `detected_labels`: labels of streams with how many values each has; a bare object. No query asks about all streams. */
export async function detectedLabels({ parameters, tenant, reader, signal }: Asked): Promise<object> {
  const query = selectionOf(parameters.text('query'))
  const search = { query, tenant, ...parameters.range() }
  const [counts, pushed] = await Promise.all([
    cardinalities(reader, search, signal),
    pushedStreams(reader, search, signal),
  ])
  const found = new Map([...pushedValues(pushed)].map(([label, values]) => [label, values.size]))
  for (const [label, column] of Object.entries(streamLabels)) found.set(label, counts[column])
  const all = [...found].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    detectedLabels: all.flatMap(([label, cardinality]) => (cardinality > 0 ? [{ label, cardinality }] : [])),
  }
}
