import type { LabelsStage } from '../ast.ts'
import type { StageKind } from './kind.ts'
import { formatLabels, parseLabels, testOf } from './labels-list.ts'

/** `| drop a, b="x"`: without labels, or without those that have a value. Source: LogQL, drop labels expression. */
export const drop: StageKind<LabelsStage> = {
  name: 'drop',
  parse: tokens => ({ kind: 'drop', labels: parseLabels(tokens) }),
  format: ({ labels }) => `| drop ${formatLabels(labels)}`,
  compile: ({ labels: list }) => {
    const tests = list.map(({ label, matcher }) => ({ label, test: testOf(matcher) }))
    return (line, labels) => {
      for (const { label, test } of tests) if (test(labels.get(label))) labels.delete(label)
      return line
    }
  },
}
