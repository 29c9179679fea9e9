import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { MetricNamesAnswer } from '../../../query/index.ts'

/** Names of metrics, with what each is. */
export function completeMetrics(
  context: CompletionContext,
  metrics: readonly MetricNamesAnswer['metrics'][number][],
): CompletionResult | null {
  const word = context.matchBefore(/[\w:]+/)
  if (word === null && !context.explicit) return null
  const options = metrics.map(({ name, type, description }) => ({
    label: name,
    detail: type,
    info: description,
  }))
  return { from: word?.from ?? context.pos, options, validFor: /^[\w:]*$/ }
}
