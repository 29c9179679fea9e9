import type { BoardVariable } from '../../../query/index.ts'
import type { Chosen, Values } from './interpolate.ts'

/** In an address it stands for all values; in ours and in Grafana's. */
export const allValues = '$__all'

/**
 * Several values as one text of an address; commas within them are kept.
 *
 * @example
 * joinValues(['a', 'b,c']) // => 'a,b\\,c'
 */
export function joinValues(values: readonly string[]): string {
  return values.map(value => value.replaceAll(/[\\,]/g, '\\$&')).join(',')
}

/** The other way round. */
export function splitValues(text: string): string[] {
  const values = ['']
  for (const [part = ''] of text.matchAll(/\\[\\,]|./gs))
    if (part === ',') values.push('')
    else values.push((values.pop() ?? '') + (part.length > 1 ? part.slice(1) : part))
  return values
}

/** What variables stand for, out of what the address has and what there is to choose from. */
export function chosenOf(
  variable: BoardVariable,
  asked: string | undefined,
  options: readonly string[],
  preferred?: string,
): Chosen {
  if (variable.kind === 'TextVariable')
    return { values: [variable.spec.constant ? variable.spec.value : (asked ?? variable.spec.value)] }
  const { allowAllValue, customAllValue, defaultValue } = variable.spec
  const wanted = asked === undefined ? [defaultValue ?? []].flat() : splitValues(asked)
  const isAll = wanted.includes(allValues) || (wanted.length === 0 && allowAllValue)
  if (isAll)
    return customAllValue === undefined ? { values: options } : { values: options, all: customAllValue }
  const known = asked === undefined ? wanted.filter(value => options.includes(value)) : wanted
  return { values: known.length > 0 ? known : firstOf(options, preferred) }
}

function firstOf(options: readonly string[], preferred: string | undefined): string[] {
  return preferred !== undefined && options.includes(preferred) ? [preferred] : options.slice(0, 1)
}

/** Only values that the expression matches; its first group, or the group `value`, is the value. */
export function captured(values: readonly string[], expression: string | undefined): string[] {
  if (expression === undefined || expression === '') return [...values]
  let regex: RegExp
  try {
    regex = new RegExp(expression)
  } catch {
    // of another dialect: all values are better than none
    return [...values]
  }
  const found = values.flatMap(value => {
    const match = regex.exec(value)
    return match === null ? [] : [match.groups?.['value'] ?? match[1] ?? match[0]]
  })
  return [...new Set(found)]
}

/** The values with one variable standing for one of its own: what a panel that is repeated sees. */
export function repeatedOver(values: Values, name: string): { value: string; values: Values }[] {
  const all = values.get(name)?.values ?? []
  return all.map(value => ({ value, values: new Map([...values, [name, { values: [value] }]]) }))
}
