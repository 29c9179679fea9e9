import { Annotations } from './promql/annotations.ts'
import type { Selector } from './promql/ast.ts'
import { type Labels, type Sample, sampleAt } from './promql/column.ts'
import { Evaluator } from './promql/evaluate.ts'
import { instantOf } from './promql/functions/window.ts'
import { loadsOf } from './promql/plan.ts'
import { QuerySamples } from './promql/query-samples.ts'
import { atMoment } from './promql/steps.ts'
import type { StoreReader } from './store-reader.ts'

/** The newest sample of a series, and when it was taken. */
export interface NewestSample {
  labels: Labels
  sample: Sample
  timeMs: number
}

/**
 * Of each series that a selector takes what it has at a moment: what an instant query gives, with the samples' own times.
 * Errors: TOO_MUCH, those of the store.
 */
export async function newestSamples(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  atMs: number,
  signal: AbortSignal,
): Promise<NewestSample[]> {
  const steps = atMoment(atMs)
  const samples = new QuerySamples(reader, tenant, signal)
  for (const load of loadsOf(selector, steps)) await samples.hold(load)
  const evaluator = new Evaluator(steps, samples.loaded, { notes: new Annotations('') })
  // the same series are in both, since a sample has a time where it is there
  const times = evaluator.windows(selector, window => instantOf(window)?.timeMs, true)
  return evaluator.vector(selector).flatMap((column, i) => {
    const sample = sampleAt(column, 0)
    const timeMs = times[i]?.values[0] ?? atMs
    return sample === undefined ? [] : [{ labels: column.labels, sample, timeMs }]
  })
}
