import type { LabelsStage } from '../ast.ts'
import type { StageKind } from './kind.ts'
import { formatLabels, parseLabels, testOf } from './labels-list.ts'

const special: ReadonlySet<string> = new Set(['__error__', '__error_details__'])

/** `| keep a, b="x"`: only these labels, or only where they have a value. Source: LogQL, keep labels expression. */
export const keep: StageKind<LabelsStage> = {
  name: 'keep',
  parse: tokens => ({ kind: 'keep', labels: parseLabels(tokens) }),
  format: ({ labels }) => `| keep ${formatLabels(labels)}`,
  compile: ({ labels: list }) => {
    const tests = Map.groupBy(
      list.map(({ label, matcher }) => ({ label, test: testOf(matcher) })),
      ({ label }) => label,
    )
    return (line, labels) => {
      for (const name of labels.names()) {
        const own = tests.get(name)
        const isKept = own?.some(({ test }) => test(labels.get(name))) ?? false
        if (!isKept && !special.has(name)) labels.delete(name)
      }
      return line
    }
  },
}
