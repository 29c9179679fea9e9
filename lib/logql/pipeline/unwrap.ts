import type { Unwrap } from '../ast.ts'
import { compileLabelTest } from './label-test.ts'
import type { LineLabels } from './labels.ts'
import { readings, type Unit } from './quantity.ts'

const units: Readonly<Record<Unwrap['conversion'], Unit>> = {
  none: 'number',
  duration: 'duration',
  duration_seconds: 'duration',
  bytes: 'bytes',
}

/**
 * The sample of a line: the value of a label, seconds of a duration. Undefined where the label is not there, or a filter
 * behind leaves it out. What is no number is 0, with `__error__`. The label is taken off the labels, after the filters.
 * Source: Loki pkg/logql/log/metrics_extraction.go.
 */
export function compileUnwrap(unwrap: Unwrap): (labels: LineLabels) => number | undefined {
  const { label } = unwrap
  const { read, problem } = readings[units[unwrap.conversion]]
  const tests = unwrap.after.map(({ expression }) => compileLabelTest(expression, 'error-label'))
  return labels => {
    const text = labels.get(label)
    if (text === '') return undefined
    const value = read(text)
    if (value === undefined) {
      labels.error = 'SampleExtractionErr'
      labels.errorDetails = problem(text)
    }
    if (!tests.every(test => test(labels))) return undefined
    labels.delete(label)
    return value ?? 0
  }
}
