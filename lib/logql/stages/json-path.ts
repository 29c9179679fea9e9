/**
 * A place in JSON: names, indexes, and names in brackets and quotes. Undefined where it is none. Source: LogQL, JSON
 * expressions.
 *
 * @example
 * parseJsonPath('request.headers["User-Agent"][0]') // => ['request', 'headers', 'User-Agent', 0]
 */
export function parseJsonPath(text: string): (string | number)[] | undefined {
  const part = /\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y
  const path: (string | number)[] = []
  let at = 0
  while (at < text.length) {
    part.lastIndex = at
    const found = part.exec(text)
    if (found === null || (found[1] !== undefined && at > 0 !== found[0].startsWith('.'))) return undefined
    const [all, name, index, quoted] = found
    path.push(name ?? (index === undefined ? (quoted ?? '').replaceAll(/\\(.)/g, '$1') : Number(index)))
    at += all.length
  }
  return path.length === 0 ? undefined : path
}
