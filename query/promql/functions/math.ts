import type { Expression } from '../ast.ts'
import { mapNumbers, vectorOf, withoutName } from '../column.ts'
import type { FunctionKind } from './kind.ts'

type Map = (value: number, ...parameters: number[]) => number | undefined

/** One that makes each value of a vector into another, with numbers that may differ from step to step. */
function map(compute: Map, parameters: readonly 'scalar'[] = [], optional = 0): FunctionKind {
  return {
    args: ['vector', ...parameters],
    optional,
    returns: 'vector',
    evaluate: (evaluation, [of, ...rest]) => {
      const given = rest.map(expression => evaluation.scalar(expression))
      return vectorOf(
        mapNumbers(evaluation.vector(of as Expression), withoutName, (value, step) =>
          compute(value, ...given.map(values => values[step] as number)),
        ),
      )
    },
  }
}

/** One of two numbers. */
function ofTwo(choose: (a: number, b: number) => number): FunctionKind {
  return {
    args: ['scalar', 'scalar'],
    returns: 'scalar',
    evaluate: (evaluation, [one, other]) => {
      const others = evaluation.scalar(other as Expression)
      const values = evaluation.scalar(one as Expression)
      return { kind: 'scalar', values: values.map((value, step) => choose(value, others[step] as number)) }
    },
  }
}

const degrees = 180 / Math.PI

/** Functions of each value by itself. Source: Prometheus querying/functions. */
export const math: Readonly<Record<string, FunctionKind>> = {
  abs: map(Math.abs),
  ceil: map(Math.ceil),
  floor: map(Math.floor),
  exp: map(Math.exp),
  ln: map(Math.log),
  log2: map(Math.log2),
  log10: map(Math.log10),
  sqrt: map(Math.sqrt),
  sgn: map(Math.sign),
  round: map(round, ['scalar'], 1),
  clamp: map(
    (value, low = Number.NaN, high = Number.NaN) => (high < low ? undefined : maxOf(low, minOf(high, value))),
    ['scalar', 'scalar'],
  ),
  clamp_min: map((value, low = Number.NaN) => maxOf(low, value), ['scalar']),
  clamp_max: map((value, high = Number.NaN) => minOf(high, value), ['scalar']),
  acos: map(Math.acos),
  acosh: map(Math.acosh),
  asin: map(Math.asin),
  asinh: map(Math.asinh),
  atan: map(Math.atan),
  atanh: map(Math.atanh),
  cos: map(Math.cos),
  cosh: map(Math.cosh),
  sin: map(Math.sin),
  sinh: map(Math.sinh),
  tan: map(Math.tan),
  tanh: map(Math.tanh),
  deg: map(value => value * degrees),
  rad: map(value => value / degrees),
  max_of: ofTwo(maxOf),
  min_of: ofTwo(minOf),
  pi: {
    args: [],
    returns: 'scalar',
    evaluate: ({ steps }) => ({ kind: 'scalar', values: new Float64Array(steps.count).fill(Math.PI) }),
  },
}

/** Halves go up. */
function round(value: number, toNearest = 1): number {
  const inverse = 1 / toNearest
  return Math.floor(value * inverse + 0.5) / inverse
}

/** As Go has it, infinity is more than what is no number. */
function maxOf(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.max(a, b)
}

function minOf(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY
    ? Number.NEGATIVE_INFINITY
    : Math.min(a, b)
}
