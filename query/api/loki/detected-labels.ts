import type { Asked } from './asked.ts'
import { cardinalities } from './labels.ts'
import { selectionOf } from './selection.ts'
import { streamLabels } from './stream-labels.ts'

/** `detected_labels`: labels of streams with how many values each has; a bare object. No query asks about all streams. */
export async function detectedLabels({ parameters, tenant, reader, signal }: Asked): Promise<object> {
  const query = selectionOf(parameters.text('query'))
  const counts = await cardinalities(reader, { query, tenant, ...parameters.range() }, signal)
  const found = Object.entries(streamLabels).map(([label, column]) => ({
    label,
    cardinality: counts[column],
  }))
  return { detectedLabels: found.filter(({ cardinality }) => cardinality > 0) }
}
