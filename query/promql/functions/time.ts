import { bare, type Expression } from '../ast.ts'
import { emptyColumn, mapNumbers, mapSamples, put, type Value, vectorOf, withoutName } from '../column.ts'
import { endOf, type Steps } from '../steps.ts'
import type { Evaluation, FunctionKind } from './kind.ts'
import { instantOf, type Window } from './window.ts'

/** The calendar repeats itself after 400 years, days of the week too. */
const cycleSeconds = 146_097 * 86_400
const cycleYears = 400

/** Part of a date; without an argument that of the moment. Years are counted on from those of the date. */
function part(of: (date: Date, years: number) => number): FunctionKind {
  return {
    args: ['vector'],
    optional: 1,
    returns: 'vector',
    evaluate: (evaluation, [given]) => {
      const columns = given === undefined ? [momentsOf(evaluation)] : evaluation.vector(given)
      return vectorOf(
        mapNumbers(columns, withoutName, seconds => {
          const whole = wholeSeconds(seconds)
          const cycles = Math.floor(Number(whole) / cycleSeconds)
          const date = new Date(Number(whole - BigInt(cycles) * BigInt(cycleSeconds)) * 1000)
          return of(date, cycles * cycleYears)
        }),
      )
    },
  }
}

/**
 * As Go makes an integer of it: what is no number, or none of 64 bits, is the least of them, and so far back that the count of
 * seconds begins again. Source: Prometheus dateHelper; Go, time.Unix.
 */
function wholeSeconds(seconds: number): bigint {
  const isWhole = seconds >= -(2 ** 63) && seconds < 2 ** 63
  const whole = isWhole ? BigInt(Math.trunc(seconds)) : -(2n ** 63n)
  return whole < firstSecond ? whole + 2n ** 64n : whole
}

/** Of the year -292277022399, from which Go counts. */
const firstSecond = -9_223_371_966_579_724_800n

function momentsOf({ steps }: Evaluation) {
  const column = emptyColumn({}, steps.count)
  for (let step = 0; step < steps.count; step++)
    put(column, step, (steps.startMs + step * steps.stepMs) / 1000)
  return column
}

/** What is the same at every step of a query, in seconds. */
function ofQuery(ms: (whole: Steps) => number): FunctionKind {
  return {
    args: [],
    returns: 'scalar',
    evaluate: ({ steps, whole }) => ({
      kind: 'scalar',
      values: new Float64Array(steps.count).fill(ms(whole) / 1000),
    }),
  }
}

const dayMs = 86_400_000

/** Functions of time. All dates are in UTC. Source: Prometheus querying/functions. */
export const time: Readonly<Record<string, FunctionKind>> = {
  time: {
    args: [],
    returns: 'scalar',
    evaluate: evaluation => ({ kind: 'scalar', values: momentsOf(evaluation).values }),
  },
  start: ofQuery(({ startMs }) => startMs),
  end: ofQuery(endOf),
  range: ofQuery(whole => endOf(whole) - whole.startMs),
  step: ofQuery(({ stepMs }) => stepMs),
  timestamp: { args: ['vector'], returns: 'vector', evaluate: timestamp },
  minute: part(date => date.getUTCMinutes()),
  hour: part(date => date.getUTCHours()),
  day_of_week: part(date => date.getUTCDay()),
  day_of_month: part(date => date.getUTCDate()),
  day_of_year: part(date => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / dayMs) + 1),
  days_in_month: part(date =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  ),
  month: part(date => date.getUTCMonth() + 1),
  year: part((date, years) => date.getUTCFullYear() + years),
}

/** Of a selector the time of the sample, of anything else that of the evaluation. */
function timestamp(evaluation: Evaluation, [given]: readonly Expression[]): Value {
  const expression = given as Expression
  if (bare(expression).kind !== 'selector') {
    const moments = momentsOf(evaluation).values
    return vectorOf(mapSamples(evaluation.vector(expression), withoutName, (_, step) => moments[step]))
  }
  const timeOf = (w: Window) => {
    const found = instantOf(w)
    return found === undefined ? undefined : found.timeMs / 1000
  }
  return vectorOf(evaluation.windows(expression, timeOf, false))
}
