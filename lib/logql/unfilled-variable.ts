/**
 * What to do about a variable that nobody has filled in, where one stands; undefined elsewhere. Dashboards fill them in before they
 * ask, so it comes from a query that was copied out of one.
 *
 * @example
 * hintForVariable('rate({}[$__interval])', 8) // => '$__interval is a variable of a dashboard: write a value in its place, as in [5m]'
 */
export function hintForVariable(text: string, at: number): string | undefined {
  const pattern = /\$\{?\w+/y
  pattern.lastIndex = at
  const [found] = pattern.exec(text) ?? []
  if (found === undefined) return undefined
  const shown = found.startsWith('${') ? `${found}}` : found
  return `${shown} is a variable of a dashboard: write a value in its place, as in [5m]`
}
