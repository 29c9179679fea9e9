import type { BoardPanel } from '../../../../query/index.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import { colourOf } from './reduce.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

/** Series as the panel's overrides have them: of each series all that match it, the last word counts. */
export function overridden(series: readonly DrawnSeries[], { overrides, format }: Spec): DrawnSeries[] {
  if (overrides.length === 0) return [...series]
  const rules = overrides.map(({ match, ...rest }) => ({ matches: matcherOf(match), ...rest }))
  return series.flatMap(one => {
    const found = rules.filter(({ matches }) => matches(one.name))
    const { hide, ...change } = Object.assign({}, ...found) as Partial<Spec['overrides'][number]>
    return hide === true ? [] : [changed(one, change, format.unit)]
  })
}

/** `usual`: the unit of those without one of their own. */
function changed(
  one: DrawnSeries,
  { name, unit, color, axis, negate }: Partial<Spec['overrides'][number]>,
  usual: string,
): DrawnSeries {
  const colour = colourOf(color ?? '') ?? one.colour
  const own = unit ?? usual
  return {
    ...one,
    ...(negate === true ? { values: one.values.map(value => (value === null ? null : -value)) } : {}),
    ...(name === undefined ? {} : { name }),
    ...(colour === undefined ? {} : { colour }),
    ...(unit === undefined ? {} : { unit }),
    // two units do not fit one axis
    ...(axis === 'right' || (axis === undefined && own !== usual) ? { right: own } : {}),
  }
}

/** A name, or a regular expression between slashes. */
function matcherOf(match: string): (name: string) => boolean {
  const expression = /^\/(.*)\/$/s.exec(match)?.[1]
  if (expression === undefined) return name => name === match
  try {
    const regex = new RegExp(expression)
    return name => regex.test(name)
  } catch {
    // of another dialect: it matches nothing
    return () => false
  }
}
