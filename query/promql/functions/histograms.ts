import type { Expression } from '../ast.ts'
import { vectorOf } from '../column.ts'
import { applyHistogramFunction, histogramFunctionParameters } from '../native/functions.ts'
import type { FunctionKind } from './kind.ts'

/** Functions of histograms, native and classic. Source: Prometheus querying/functions. */
export const histograms: Readonly<Record<string, FunctionKind>> = Object.fromEntries(
  Object.entries(histogramFunctionParameters).map(([name, parameters]) => [
    name,
    ofHistograms(name, parameters),
  ]),
)

function ofHistograms(name: string, parameters: number): FunctionKind {
  return {
    args: [...new Array<'scalar'>(parameters).fill('scalar'), 'vector'],
    returns: 'vector',
    evaluate: (evaluation, given) => {
      const numbers = given.slice(0, parameters).map(expression => evaluation.scalar(expression))
      const columns = evaluation.vector(given.at(-1) as Expression)
      return vectorOf(applyHistogramFunction(name, numbers, columns))
    },
  }
}
