import type { Expression } from '../ast.ts'
import { type Column, labelKey, numbersOnly, vectorOf } from '../column.ts'
import type { FunctionKind } from './kind.ts'
import { compareNumbers } from './statistics.ts'

type Compare = (a: Column, b: Column) => number

/** An order is one of a moment: over a range series stay as they are. */
function byValue(sign: 1 | -1): FunctionKind {
  const compare: Compare = (a, b) => compareNumbers(sign, a.values[0] as number, b.values[0] as number)
  return {
    args: ['vector'],
    returns: 'vector',
    evaluate: (evaluation, [of], call) => {
      const columns = numbersOnly(evaluation.vector(of as Expression))
      if (evaluation.steps.count > 1) evaluation.notes.add('sortInRange', call)
      return vectorOf(evaluation.steps.count === 1 ? columns.toSorted(compare) : columns)
    },
  }
}

function byLabels(sign: 1 | -1): FunctionKind {
  return {
    args: ['vector', 'string'],
    isVariadic: true,
    optional: 1,
    returns: 'vector',
    evaluate: (evaluation, [of, ...names], call) => {
      if (evaluation.steps.count > 1) evaluation.notes.add('sortInRange', call)
      const labels = names.map(name => evaluation.text(name))
      const columns = evaluation.vector(of as Expression)
      const compare: Compare = (a, b) => {
        for (const label of labels) {
          const order = natural(a.labels[label] ?? '', b.labels[label] ?? '')
          if (order !== 0) return sign * order
        }
        // what is alike by those is told apart by all
        return labelKey(a.labels) < labelKey(b.labels) ? -sign : sign
      }
      return vectorOf(evaluation.steps.count === 1 ? columns.toSorted(compare) : columns)
    },
  }
}

/** `host2` before `host10`. */
function natural(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

export const order: Readonly<Record<string, FunctionKind>> = {
  sort: byValue(1),
  sort_desc: byValue(-1),
  sort_by_label: byLabels(1),
  sort_by_label_desc: byLabels(-1),
}
