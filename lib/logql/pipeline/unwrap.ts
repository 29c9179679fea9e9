import type { Unwrap } from '../ast.ts'
import { parseDurationSeconds } from '../units.ts'
import { labelTest, numberOfBytes, plainNumber } from './filters.ts'
import type { LineLabels } from './labels.ts'

const conversions = {
  none: plainNumber,
  duration: parseDurationSeconds,
  bytes: numberOfBytes,
}

/**
 * The number that a label of a line holds; the label itself is gone then. Undefined: the line counts for nothing. What is no number is an error of the line.
 * Source: Loki pkg/logql/log/metrics_extraction.go.
 */
export function compileUnwrap({
  label,
  conversion,
  after,
}: Unwrap): (labels: LineLabels) => number | undefined {
  const tests = after.map(({ expression }) => labelTest(expression, true))
  const convert = conversions[conversion]
  return labels => {
    const text = labels.get(label)
    if (text === '') return undefined
    const value = convert(text)
    if (value === undefined) labels.fail('SampleExtractionErr', `${JSON.stringify(text)} is not a number`)
    labels.delete(label)
    return tests.every(test => test(labels)) ? (value ?? 0) : undefined
  }
}
