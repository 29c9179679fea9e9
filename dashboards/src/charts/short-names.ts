/** Names that are no longer are read at a glance. */
const shortChars = 32

/**
 * Names of series for a small place: of long ones what all have alike is left out, and of labels those come first of which there are
 * the most values, so that what is cut is what tells least apart.
 *
 * @example
 * shortNames(['up{job="x", path="/one"}', 'up{job="x", path="/two"}']) // => ['path="/one"', 'path="/two"'], were they longer
 */
export function shortNames(names: readonly string[]): string[] {
  if (names.length < 2 || names.every(name => name.length <= shortChars)) return [...names]
  const labels = names.map(labelsOf)
  return labels.every(found => found !== undefined) ? byDifference(labels) : names.map(middleOf(names))
}

/** The pairs of `name{a="x", b="y"}`, and what stands before them as one more. */
function labelsOf(name: string): string[] | undefined {
  const found = /^([^{]*)\{(.*)\}$/s.exec(name)
  if (found === null) return undefined
  const pairs = [...(found[2] ?? '').matchAll(/[\w.]+="(?:[^"\\]|\\.)*"/g)].map(([pair]) => pair)
  return pairs.join(', ') === found[2] ? [...(found[1] === '' ? [] : [found[1] ?? '']), ...pairs] : undefined
}

function byDifference(all: readonly (readonly string[])[]): string[] {
  const labelOf = (part: string) => /^[\w.]+(?==")/.exec(part)?.[0] ?? ''
  const values = new Map<string, Set<string>>()
  const count = new Map<string, number>()
  for (const part of all.flat()) {
    const label = labelOf(part)
    values.set(label, (values.get(label) ?? new Set()).add(part))
    count.set(label, (count.get(label) ?? 0) + 1)
  }
  const isCommon = (part: string) => {
    const label = labelOf(part)
    return values.get(label)?.size === 1 && count.get(label) === all.length
  }
  const different = (part: string) => values.get(labelOf(part))?.size ?? 0
  return all.map(parts => {
    const telling = parts.filter(part => !isCommon(part))
    telling.sort((a, b) => different(b) - different(a))
    return telling.join(', ') || parts.join(', ')
  })
}

/** Without the words that all begin or end with. */
function middleOf(names: readonly string[]): (name: string) => string {
  const words = names.map(name => name.split(/(?<=[\s,/|·])/))
  const [first = []] = words
  const shortest = Math.min(...words.map(({ length }) => length))
  const isAlike = (at: (of: string[]) => string | undefined) => words.every(own => at(own) === at(first))
  let begin = 0
  while (begin < shortest - 1 && isAlike(own => own[begin])) begin++
  let end = 0
  while (end < shortest - 1 - begin && isAlike(own => own[own.length - 1 - end])) end++
  return name => {
    const own = name.split(/(?<=[\s,/|·])/)
    const kept = own
      .slice(begin, own.length - end)
      .join('')
      .trim()
    return `${begin > 0 ? '…' : ''}${kept}${end > 0 ? '…' : ''}`
  }
}
